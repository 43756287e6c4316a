/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.log;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One file of a log, as its name tells.
 *
 * @param number its number; each is one more than that of the file before it
 * @param firstIndex index of its first entry, 0 in file 0
 */
record WalSegment(long number, long firstIndex) {
    private static final Pattern NAME = Pattern.compile("([0-9a-f]{16})-([0-9a-f]{16})\\.wal");

    /** Picks the files of a log out of all names in a folder, in order. */
    static List<WalSegment> among(List<String> sortedNames) {
        return sortedNames.stream()
                .map(NAME::matcher)
                .filter(Matcher::matches)
                .map(name -> new WalSegment(
                        Long.parseUnsignedLong(name.group(1), 16), Long.parseUnsignedLong(name.group(2), 16)))
                .toList();
    }

    String name() {
        return String.format(Locale.ROOT, "%016x-%016x.wal", number, firstIndex);
    }
}
