/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc.index;

import dev.quorate.mvcc.index.VersionIndex.Version;

/**
 * The newest version of a key as a few bytes, which {@link KeyPage} keeps behind the key.
 *
 * <pre>
 * +------+---------+---------------+-----+------+
 * | main | version | main - create | sub | past |   all {@link Varints}
 * +------+---------+---------------+-----+------+
 * </pre>
 *
 * <p>Version 0 is a tombstone. {@code past} is where {@link PastVersions} has the version before, 0 for nowhere. What
 * stands at the end and is as usual is left out (version 1, the rest 0): a key that was put once is four or five bytes.
 */
final class Heads {
    /** Most bytes of a head. */
    static final int LENGTH_MAX = 5 * Varints.LENGTH_MAX;

    private Heads() {}

    /** Writes a head to the beginning of an array of {@link #LENGTH_MAX} bytes; returns its length. */
    static int write(byte[] into, long main, long sub, long create, long version, long past) {
        int end = Varints.write(into, 0, main);
        int length = end;
        end = Varints.write(into, end, version);
        length = version == 1 ? length : end;
        end = Varints.write(into, end, main - create);
        length = main == create ? length : end;
        end = Varints.write(into, end, sub);
        length = sub == 0 ? length : end;
        end = Varints.write(into, end, past);
        return past == 0 ? length : end;
    }

    static void read(byte[] from, int start, int end, Version into) {
        long main = Varints.read(from, start);
        long version = 1;
        long age = 0;
        long sub = 0;
        long past = 0;
        int at = start + Varints.length(main);
        if (at < end) {
            version = Varints.read(from, at);
            at += Varints.length(version);
            if (at < end) {
                age = Varints.read(from, at);
                at += Varints.length(age);
                if (at < end) {
                    sub = Varints.read(from, at);
                    at += Varints.length(sub);
                    if (at < end) {
                        past = Varints.read(from, at);
                    }
                }
            }
        }
        into.set(main, sub, main - age, version, past);
    }

    static boolean isLive(byte[] from, int start, int end) {
        int at = start;
        while (from[at] < 0) {
            at++;
        }
        return at + 1 == end || from[at + 1] != 0;
    }
}
