/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc.index;

import dev.quorate.mvcc.index.VersionIndex.Version;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/** Adds to {@link PastVersions} at the end and forgets from the beginning. Confined to the writer. */
final class PastLog {
    private static final int RECORD_BYTES_MAX = 7 * Varints.LENGTH_MAX;

    private PastVersions versions = new PastVersions(new byte[4][], 0);
    private final Deque<Long> lastMains = new ArrayDeque<>(); // of each full chunk: when its last version became past
    private long end = 1; // the place of the next version; none lies at 0
    private boolean open; // whether there is a chunk that is not full
    private long lastMain; // of that chunk

    PastVersions versions() {
        return versions;
    }

    /**
     * Adds the newest version of a key, which becomes past.
     *
     * @param version it; knows the version before
     * @param untilMain the main revision that takes its place
     * @return its place
     */
    long add(Version version, long untilMain) {
        long place = reserve(untilMain);
        long before = version.past();
        boolean follows = before != 0 && versions.has(before);
        long far = follows ? far(before) : 0;
        byte[] chunk = versions.chunk(place);
        int at = Varints.write(chunk, PastVersions.index(place), version.main());
        at = Varints.write(chunk, at, version.version());
        at = Varints.write(chunk, at, version.main() - version.create());
        at = Varints.write(chunk, at, version.sub());
        at = Varints.write(chunk, at, follows ? versions.depth(before) + 1 : 1);
        at = Varints.write(chunk, at, before == 0 ? 0 : place - before);
        at = Varints.write(chunk, at, far == 0 ? 0 : place - far);
        end = place + at - PastVersions.index(place);
        return place;
    }

    /**
     * Returns the version further back for the one that follows another. The distances are those of the skew-binary
     * numbers, which double now and then, so that a walk takes steps of logarithmic number (Myers, Inf. Proc. Letters
     * 17, 1983).
     */
    private long far(long before) {
        long one = versions.far(before);
        if (one == 0) {
            return before;
        }
        if (!versions.has(one)) {
            return before;
        }
        long two = versions.far(one);
        long twoDepth = two == 0 || !versions.has(two) ? 0 : versions.depth(two);
        boolean equal = versions.depth(before) - versions.depth(one) == versions.depth(one) - twoDepth;
        return equal ? two : before;
    }

    private long reserve(long untilMain) {
        if (open && PastVersions.index(end) + RECORD_BYTES_MAX > PastVersions.CHUNK_BYTES) {
            lastMains.addLast(lastMain);
            open = false;
        }
        if (!open) {
            addChunk();
        }
        lastMain = untilMain;
        return end;
    }

    private void addChunk() {
        int count = lastMains.size();
        byte[][] chunks = versions.chunks();
        if (count == chunks.length) {
            chunks = Arrays.copyOf(chunks, 2 * count);
            versions = new PastVersions(chunks, versions.first());
        }
        chunks[count] = new byte[PastVersions.CHUNK_BYTES];
        end = Math.max(1, (versions.first() + count) << PastVersions.CHUNK_BITS);
        open = true;
    }

    /** Forgets the chunks of which no version is needed to read at a revision and later. */
    void compact(long main) {
        int gone = 0;
        while (!lastMains.isEmpty() && lastMains.getFirst() <= main) {
            lastMains.removeFirst();
            gone++;
        }
        if (lastMains.isEmpty() && open && lastMain <= main) {
            open = false;
            gone++;
        }
        if (gone > 0) {
            int kept = lastMains.size() + (open ? 1 : 0);
            byte[][] chunks = Arrays.copyOfRange(versions.chunks(), gone, gone + Math.max(4, kept));
            versions = new PastVersions(chunks, versions.first() + gone);
        }
    }
}
