/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.log;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.ProtoWriter;
import dev.quorate.raft.log.LogFiles.LogFile;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.HardState;
import dev.quorate.raft.spi.RaftLog;
import dev.quorate.raft.spi.Snapshot;
import dev.quorate.raft.spi.SnapshotMark;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The log of a member on disk, in etcd's format, so that etcd's tools read it and its members' logs are read here.
 *
 * <pre>
 * wal/0000000000000000-0000000000000000.wal    number of the file, index of its first entry
 * wal/0000000000000001-00000000000012d3.wal
 * wal/0.tmp                                    the next file, full of zeroes
 * </pre>
 *
 * <p>Files are written with zeroes before they are used. A batch ends at a multiple of 4096 bytes
 * ({@link RecordBuffer}), so each durable write overwrites zeroes only and an acknowledged byte is never written again.
 * A file that is full is followed by another.
 *
 * <p>Confined to the log thread, but for {@link #open}. Source: etcd v3.7.1, {@code server/storage/wal/wal.go}.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class Wal implements RaftLog {
    /** Size from which on a file is followed by another one: that of etcd. */
    public static final long SEGMENT_BYTES = 64_000_000;

    /** Looks at the writes of a log. */
    public interface Observer {
        /** Nobody looks. */
        Observer NONE = (bytes, nanos) -> {};

        /**
         * Hears of a durable write.
         *
         * @param bytes how many bytes were written
         * @param nanos how long it took
         */
        void written(int bytes, long nanos);
    }

    private final LogFiles files;
    private final LogFiles snapshots;
    private final WalOptions options;
    private final Bytes metadata;
    private final SegmentMaker maker;
    private final Deque<WalSegment> segments = new ArrayDeque<>();
    private final RecordBuffer records;
    private ByteBuffer direct = aligned(1 << 20);
    private @Nullable LogFile current;
    private long position;
    private long lastIndex;
    private HardState state = HardState.EMPTY;
    private @Nullable IOException failure;

    private Wal(WalOptions options, LogFiles files, LogFiles snapshots, Bytes metadata, int crc) throws IOException {
        this.options = options;
        this.files = files;
        this.snapshots = snapshots;
        this.metadata = metadata;
        this.records = new RecordBuffer(crc);
        files.delete(SegmentMaker.NAME);
        this.maker = new SegmentMaker(files, options.segmentBytes());
    }

    /**
     * Reads the log in a folder, as far back as its last snapshot, without changing anything.
     *
     * @param folder the folder
     * @return what it holds; empty if there is no log
     * @throws WalDamagedException if it cannot be trusted
     * @throws UncheckedIOException if it cannot be read
     */
    public static Optional<WalContent> read(Path folder) {
        try {
            return WalScan.read(new DiskFiles(folder, true));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the log in " + folder, e);
        }
    }

    /**
     * Makes a log.
     *
     * @param options how to keep it
     * @param memberId the member, unsigned
     * @param clusterId its cluster, unsigned
     * @return the log
     * @throws UncheckedIOException if it cannot be written
     */
    public static Wal create(WalOptions options, long memberId, long clusterId) {
        return create(
                options,
                new DiskFiles(options.folder(), options.sync()),
                new DiskFiles(options.snapshotFolder(), options.sync()),
                memberId,
                clusterId);
    }

    static Wal create(WalOptions options, LogFiles files, LogFiles snapshots, long memberId, long clusterId) {
        Bytes metadata = new ProtoWriter(32)
                .varintAlways(1, memberId)
                .varintAlways(2, clusterId)
                .toBytes();
        try {
            Wal wal = new Wal(options, files, snapshots, metadata, 0);
            wal.begin(new WalSegment(0, 0));
            return wal;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a log in " + options.folder(), e);
        }
    }

    /**
     * Opens a log and goes on behind what it holds; a torn end is cut off.
     *
     * @param options how to keep it
     * @param content what {@link #read} has found, nothing having been written since
     * @return the log
     * @throws UncheckedIOException if it cannot be read or written
     */
    public static Wal open(WalOptions options, WalContent content) {
        return open(
                options,
                new DiskFiles(options.folder(), options.sync()),
                new DiskFiles(options.snapshotFolder(), options.sync()),
                content);
    }

    static Wal open(WalOptions options, LogFiles files, LogFiles snapshots, WalContent content) {
        WalEnd end = content.end();
        try {
            Wal wal = new Wal(options, files, snapshots, end.metadata(), end.crc());
            wal.segments.addAll(end.segments());
            wal.lastIndex = content.lastIndex();
            wal.state = content.state();
            wal.goOn(end);
            return wal;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open the log in " + options.folder(), e);
        }
    }

    /**
     * Goes on in the last file if that is one of ours with room left; otherwise it is cut behind what is valid, and
     * another begins.
     */
    private void goOn(WalEnd end) throws IOException {
        WalSegment last = segments.getLast();
        long room = options.segmentBytes() - end.validEnd();
        boolean zeroes = files.size(last.name()) >= options.segmentBytes();
        if (!end.torn() && end.validEnd() % LogFiles.ALIGNMENT == 0 && room > 0 && zeroes) {
            current = files.open(last.name());
            position = end.validEnd();
            return;
        }
        if (end.torn()) {
            files.write(last.name() + ".broken", files.read(last.name()));
        }
        files.truncate(last.name(), end.validEnd());
        begin(new WalSegment(last.number() + 1, lastIndex + 1));
    }

    /** Writes the head of the file that the maker has made, and gives it its name. */
    private void begin(WalSegment segment) throws IOException {
        LogFile before = current;
        if (before != null) {
            before.close();
        }
        current = maker.take();
        position = 0;
        records.crc();
        records.metadata(metadata);
        if (segment.number() == 0) {
            records.snapshot(SnapshotMark.NONE);
        } else {
            records.state(state);
        }
        flush();
        files.rename(SegmentMaker.NAME, segment.name());
        segments.add(segment);
    }

    @Override
    public void append(List<Entry> entries, HardState next) {
        if (!entries.isEmpty()) {
            for (Entry entry : entries) {
                note(next.ahead(entry, state));
                records.entry(entry);
            }
            lastIndex = entries.get(entries.size() - 1).index();
        }
        note(next);
        persist();
    }

    private void note(HardState next) {
        if (!next.equals(state)) {
            records.state(next);
            state = next;
        }
    }

    @Override
    public void snapshot(SnapshotMark mark) {
        note(mark, options.membership().get(), state);
    }

    @Override
    public void install(Snapshot snapshot) {
        SnapshotMark mark = snapshot.mark();
        lastIndex = mark.index();
        // Without this, a crash before the next append could leave a term that is before that of the last entry.
        note(mark, snapshot.data(), state.term() < mark.term() ? new HardState(mark.term(), 0, state.commit()) : state);
    }

    private void note(SnapshotMark mark, Bytes membership, HardState least) {
        try {
            snapshots.write(SnapFile.name(mark), SnapFile.encode(mark, membership));
        } catch (IOException e) {
            throw failed(e);
        }
        // In this order: the commit index must not be there without the snapshot that it speaks of, since it would
        // commit what other entries the log still holds.
        records.snapshot(mark);
        // What is in storage for good was committed; readers insist on it.
        note(new HardState(least.term(), least.vote(), Math.max(least.commit(), mark.index())));
        persist();
    }

    /** A file may go if the one behind it begins at or before the index: readers look for the last such file. */
    @Override
    public void release(long index) {
        try {
            while (options.segmentsMax() > 0 && segments.size() > options.segmentsMax()) {
                WalSegment oldest = segments.removeFirst();
                if (segments.getFirst().firstIndex() > index) {
                    segments.addFirst(oldest);
                    break;
                }
                files.delete(oldest.name());
            }
            List<String> snaps =
                    snapshots.list().stream().filter(SnapFile::isName).toList();
            for (int i = 0; options.snapshotsMax() > 0 && i < snaps.size() - options.snapshotsMax(); i++) {
                snapshots.delete(snaps.get(i));
            }
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private void persist() {
        if (failure != null) {
            throw new UncheckedIOException("the log has failed before", failure);
        }
        try {
            flush();
            if (position >= options.segmentBytes()) {
                long number = segments.getLast().number() + 1;
                begin(new WalSegment(number, lastIndex + 1));
            }
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private UncheckedIOException failed(IOException e) {
        failure = e;
        return new UncheckedIOException("cannot write the log in " + options.folder(), e);
    }

    /** One durable write of all records gathered. */
    private void flush() throws IOException {
        records.fill(position);
        int size = records.size();
        if (direct.capacity() < size) {
            direct = aligned(Integer.highestOneBit(size - 1) << 1);
        }
        direct.clear();
        records.drainTo(direct);
        direct.flip();
        long begun = options.nanoTime().getAsLong();
        LogFile file = current;
        if (file == null) {
            throw new IOException("no file of the log is open");
        }
        file.write(position, direct);
        position += size;
        if (position >= options.segmentBytes() / 2) {
            maker.prepare();
        }
        options.observer().written(size, options.nanoTime().getAsLong() - begun);
    }

    private static ByteBuffer aligned(int capacity) {
        return ByteBuffer.allocateDirect(capacity + LogFiles.ALIGNMENT).alignedSlice(LogFiles.ALIGNMENT);
    }

    @Override
    public void close() {
        try {
            LogFile file = current;
            if (file != null) {
                file.close();
            }
            maker.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close the log in " + options.folder(), e);
        }
    }
}
