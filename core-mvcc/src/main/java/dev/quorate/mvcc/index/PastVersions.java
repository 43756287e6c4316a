/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc.index;

import dev.quorate.mvcc.index.VersionIndex.Version;

/**
 * The versions of keys that others have taken the place of, as a reader sees them. Those of one key form a chain: each
 * knows the one before it, and one further back, so that any is reached in few steps however often the key changed.
 *
 * <pre>
 *        chunk (32 kB)                      chunk
 * … ----+--------------------------------+ +--------------------------------+ ---- …
 *       | version version version …      | | version version …              |
 * … ----+--------------------------------+ +--------------------------------+ ---- …
 *
 * version = main, version, main - create, sub, depth, steps back to the version before, steps back to a far one
 *           (all {@link Varints}; a step is a byte; 0 is none)
 * depth   = how many versions the chain has, this one included
 * </pre>
 *
 * <p>A place is a number that rises with each version that is added: chunk and index in it. They are added in the order
 * of the revisions that made them past, and this order is the queue of compaction: what a compaction makes needless is
 * the beginning of the chunks, and nobody needs to look for it. Chunks that a view has seen never change below its end.
 * Written by {@link PastLog}.
 */
final class PastVersions {
    static final int CHUNK_BITS = 15;
    static final int CHUNK_BYTES = 1 << CHUNK_BITS;

    private final byte[][] chunks; // from the oldest one kept on; behind the newest one there may be places to fill
    private final long first; // number of the first chunk

    PastVersions(byte[][] chunks, long first) {
        this.chunks = chunks;
        this.first = first;
    }

    byte[][] chunks() {
        return chunks;
    }

    long first() {
        return first;
    }

    byte[] chunk(long place) {
        return chunks[(int) ((place >>> CHUNK_BITS) - first)];
    }

    static int index(long place) {
        return (int) place & (CHUNK_BYTES - 1);
    }

    /** Tells whether a version is still kept. */
    boolean has(long place) {
        return place >>> CHUNK_BITS >= first;
    }

    /**
     * Finds the newest version of a chain that is not after a revision.
     *
     * @param newestPlace the newest version of the chain, 0 if it is empty
     * @return whether the key was there then
     * @throws VanishedException if compaction has taken the version
     */
    boolean find(long newestPlace, long atMain, Version into) {
        long place = newestPlace;
        while (place != 0) {
            if (!has(place)) {
                throw new VanishedException(atMain, 0);
            }
            byte[] chunk = chunk(place);
            int at = index(place);
            long main = Varints.read(chunk, at);
            if (main <= atMain) {
                read(chunk, at, into);
                return into.isLive();
            }
            at = behindVersion(chunk, at);
            at += Varints.length(Varints.read(chunk, at)); // depth
            long before = Varints.read(chunk, at);
            long far = Varints.read(chunk, at + Varints.length(before));
            long farPlace = place - far;
            boolean farEnough = far != 0 && has(farPlace) && Varints.read(chunk(farPlace), index(farPlace)) > atMain;
            place = before == 0 ? 0 : farEnough ? farPlace : place - before;
        }
        return false;
    }

    private static void read(byte[] chunk, int index, Version into) {
        int at = index;
        long main = Varints.read(chunk, at);
        at += Varints.length(main);
        long version = Varints.read(chunk, at);
        at += Varints.length(version);
        long age = Varints.read(chunk, at);
        at += Varints.length(age);
        into.set(main, Varints.read(chunk, at), main - age, version, 0);
    }

    /** Returns where the depth of a version stands. */
    private static int behindVersion(byte[] chunk, int index) {
        int at = index;
        for (int numbers = 0; numbers < 4; at++) {
            if (chunk[at] >= 0) {
                numbers++;
            }
        }
        return at;
    }

    /** Returns how many versions the chain has that begins with one. */
    long depth(long place) {
        byte[] chunk = chunk(place);
        return Varints.read(chunk, behindVersion(chunk, index(place)));
    }

    /** Returns the place of the far version that one knows, 0 for none. */
    long far(long place) {
        byte[] chunk = chunk(place);
        int at = behindVersion(chunk, index(place));
        at += Varints.length(Varints.read(chunk, at));
        at += Varints.length(Varints.read(chunk, at));
        long steps = Varints.read(chunk, at);
        return steps == 0 ? 0 : place - steps;
    }
}
