/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.log;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.MalformedProtoException;
import dev.quorate.api.bytes.ProtoReader;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.HardState;
import dev.quorate.raft.spi.SnapshotMark;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads a log from its newest file back to the last snapshot, each file once. Older files are not looked at: they are
 * only there until they are deleted, and after a crash some of them may be missing.
 *
 * <p>A file begins with the sum of all before it, so it can be checked alone; that the sums of neighbours fit is
 * checked when the older one has been read.
 */
final class WalScan {
    private final LogFiles files;
    private final List<WalSegment> segments;
    private final Deque<WalReader> readers = new ArrayDeque<>(); // the oldest first
    private SnapshotMark snapshot = SnapshotMark.NONE;

    private WalScan(LogFiles files, List<WalSegment> segments) {
        this.files = files;
        this.segments = segments;
    }

    static Optional<WalContent> read(LogFiles files) throws IOException {
        List<WalSegment> segments = WalSegment.among(files.list());
        return segments.isEmpty() ? Optional.empty() : Optional.of(new WalScan(files, segments).read());
    }

    private WalContent read() throws IOException {
        int first = segments.size() - 1;
        readFile(first);
        while (!reachesSnapshot(first) && first > 0) {
            if (segments.get(first - 1).number() + 1 != segments.get(first).number()) {
                throw new WalDamagedException(segments.get(first).name(), 0, "the file before it is missing");
            }
            first--;
            readFile(first);
        }
        String name = segments.get(first).name();
        Bytes metadata = readers.getFirst().metadata();
        if (metadata == null) {
            throw new WalDamagedException(name, 0, "it does not say which member wrote it");
        }
        WalEntries entries = new WalEntries(snapshot);
        HardState state = HardState.EMPTY;
        for (WalReader reader : readers) {
            reader.replay(segments.get(first++).name(), entries);
            HardState later = reader.state();
            state = later == null ? state : later;
        }
        List<Entry> behind = entries.behind();
        if (!behind.isEmpty() && behind.get(0).index() != snapshot.index() + 1) {
            throw new WalDamagedException(
                    name,
                    0,
                    "entries begin at " + behind.get(0).index() + ", but the last snapshot is of " + snapshot.index());
        }
        long[] ids = ids(metadata, name);
        WalEnd end = new WalEnd(segments, metadata, readers.getLast());
        return new WalContent(ids[1], ids[2], snapshot, behind, state, end);
    }

    private void readFile(int which) throws IOException {
        String name = segments.get(which).name();
        WalReader reader = new WalReader();
        reader.read(name, files.read(name), which == segments.size() - 1);
        WalReader later = readers.peekFirst();
        if (later != null) {
            String laterName = segments.get(which + 1).name();
            if (later.firstCrc() != reader.crc() && later.firstCrc() != 0 && reader.crc() != 0) {
                throw new WalDamagedException(
                        laterName,
                        0,
                        String.format(
                                Locale.ROOT, "the sum so far is %08x instead of %08x", reader.crc(), later.firstCrc()));
            }
            Bytes metadata = reader.metadata();
            if (metadata != null && !metadata.equals(later.metadata())) {
                throw new WalDamagedException(laterName, 0, "the file belongs to another member");
            }
        }
        readers.addFirst(reader);
        if (snapshot.index() == 0) {
            snapshot = lastCommitted(reader.snapshots());
        }
    }

    /** Returns the last snapshot that was committed when it was noted. */
    private SnapshotMark lastCommitted(List<SnapshotMark> marks) {
        SnapshotMark best = SnapshotMark.NONE;
        long known = knownIndex();
        for (SnapshotMark mark : marks) {
            if (mark.index() >= best.index() && mark.index() <= known) {
                best = mark;
            }
        }
        return best;
    }

    /** Commit index or last entry, whichever is higher: older logs of ours do not raise the commit for a snapshot. */
    private long knownIndex() {
        HardState state = readers.getLast().state();
        long commit = state == null ? 0 : state.commit();
        for (var newest = readers.descendingIterator(); newest.hasNext(); ) {
            Entry last = newest.next().lastEntry();
            if (last != null) {
                return Math.max(commit, last.index());
            }
        }
        return commit;
    }

    private boolean reachesSnapshot(int first) {
        return snapshot.index() > 0 && segments.get(first).firstIndex() <= snapshot.index();
    }

    private static long[] ids(Bytes metadata, String name) {
        long[] ids = new long[3];
        try {
            ProtoReader reader = new ProtoReader(metadata);
            while (reader.next()) {
                if (reader.field() <= 2) {
                    ids[reader.field()] = reader.varint();
                } else {
                    reader.skip();
                }
            }
        } catch (MalformedProtoException e) {
            throw new WalDamagedException(name, 0, "it does not say which member wrote it: " + e.getMessage());
        }
        return ids;
    }
}
