/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import dev.quorate.api.bytes.ProtoWriter;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.EntryType;
import java.util.List;

/**
 * How large entries are: as they are encoded in messages, which bounds messages and what is applied at once, or their
 * data alone, which bounds what is in flight and not committed.
 */
final class EntrySizes {
    /** No limit. */
    static final long UNLIMITED = Long.MAX_VALUE;

    private EntrySizes() {}

    /**
     * Returns the length of the message {@code raftpb.Entry}, without fields that hold nothing.
     *
     * <p>The reference leaves out the type of normal entries, but for those that stand in place of a change of the
     * configuration that was refused: they have no data, and are not those by which a leader begins its term.
     */
    private static long encoded(Entry entry, long termBefore) {
        int data = entry.data().length();
        boolean typed = entry.type() != EntryType.NORMAL || (data == 0 && entry.term() == termBefore);
        return (typed ? 2 : 0)
                + 2L
                + ProtoWriter.varintSize(entry.term())
                + ProtoWriter.varintSize(entry.index())
                + (data == 0 ? 0 : 1 + ProtoWriter.varintSize(data) + data);
    }

    /** Returns the sum of the lengths of entries; the term of the entry before them may be unknown, negative. */
    static long encoded(List<Entry> entries, long termBefore) {
        long sum = 0;
        long before = termBefore;
        for (int i = 0; i < entries.size(); i++) {
            sum += encoded(entries.get(i), before);
            before = entries.get(i).term();
        }
        return sum;
    }

    static long payload(List<Entry> entries) {
        long sum = 0;
        for (int i = 0; i < entries.size(); i++) {
            sum += entries.get(i).data().length();
        }
        return sum;
    }

    /**
     * Cuts entries off where a limit is crossed; the first one stays in any case.
     *
     * @param entries the entries
     * @param termBefore term of the entry before them, negative if it is not known
     * @param bytesMax most bytes, encoded
     * @return the entries that fit
     */
    static List<Entry> limit(List<Entry> entries, long termBefore, long bytesMax) {
        if (entries.size() <= 1 || bytesMax == UNLIMITED) {
            return entries;
        }
        long sum = encoded(entries.get(0), termBefore);
        for (int i = 1; i < entries.size(); i++) {
            sum += encoded(entries.get(i), entries.get(i - 1).term());
            if (sum > bytesMax) {
                return entries.subList(0, i);
            }
        }
        return entries;
    }
}
