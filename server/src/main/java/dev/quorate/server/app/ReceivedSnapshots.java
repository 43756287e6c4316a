/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.snapshot.SnapshotException;
import dev.quorate.api.snapshot.SnapshotFile;
import dev.quorate.api.snapshot.SnapshotFormat;
import dev.quorate.api.storage.StorageEngine;
import dev.quorate.api.storage.StorageException;
import dev.quorate.api.storage.StorageReader.Cursor;
import dev.quorate.raft.spi.Snapshot;
import dev.quorate.raft.spi.SnapshotMark;
import dev.quorate.schema.Buckets;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The states that leaders have sent to this member, each in a file until it is in storage.
 *
 * <pre>
 * member/snap/tmp3840201.db               arriving; of no use after a crash
 * member/snap/0000000000001f40.snap.db    whole and checked: the state at entry 8000
 * </pre>
 *
 * <p>Thread-safe. Source: etcd v3.7.1, {@code server/etcdserver/api/snap/db.go}.
 */
@API(status = API.Status.INTERNAL)
public final class ReceivedSnapshots implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReceivedSnapshots.class);
    private static final Pattern NAME = Pattern.compile("([0-9a-f]{16})\\.snap\\.db");
    private static final String ARRIVING = "tmp";
    private static final int PIECE_BYTES = 64 << 10;

    private final @Nullable SnapshotFormat format;
    private final Path parent; // of a temporary folder
    private final boolean temporary;
    private @Nullable Path folder;

    private ReceivedSnapshots(Path parent, boolean temporary, @Nullable SnapshotFormat format) {
        this.parent = parent;
        this.temporary = temporary;
        this.folder = temporary ? null : parent;
        this.format = format;
    }

    /**
     * Keeps them in a folder, where they outlive this process.
     *
     * @param folder the folder, there already
     * @param format reads them; null if nothing on the class path does, and then none is taken
     * @return the snapshots
     */
    public static ReceivedSnapshots in(Path folder, @Nullable SnapshotFormat format) {
        return new ReceivedSnapshots(folder, false, format);
    }

    /**
     * Keeps them in a temporary folder, made when the first one comes: for a member that has no data dir.
     *
     * @param parent where that folder is made
     * @param format reads them; null if nothing on the class path does, and then none is taken
     * @return the snapshots; close them
     */
    public static ReceivedSnapshots temporary(Path parent, @Nullable SnapshotFormat format) {
        return new ReceivedSnapshots(parent, true, format);
    }

    /**
     * Takes a state in. Needs little memory, however large it is; when this returns, it survives a crash.
     *
     * @param snapshot where it was taken
     * @param state the state
     * @throws IOException if it is not whole, is of another entry, or cannot be stored; nothing is left of it
     */
    void receive(Snapshot snapshot, InputStream state) throws IOException {
        Path target = path(snapshot.index());
        Path arriving = Files.createTempFile(folder(), ARRIVING, ".db");
        try {
            long bytes = spool(state, arriving);
            check(arriving, snapshot.mark());
            Files.move(arriving, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            if (!temporary) {
                try (FileChannel entries = FileChannel.open(folder(), StandardOpenOption.READ)) {
                    entries.force(true);
                }
            }
            LOG.atInfo().addKeyValue("path", target).addKeyValue("bytes", bytes).log("saved database snapshot to disk");
        } catch (SnapshotException | StorageException e) {
            throw new IOException("the snapshot of entry " + snapshot.index() + " is refused: " + e.getMessage(), e);
        } finally {
            Files.deleteIfExists(arriving);
        }
    }

    private static long spool(InputStream state, Path file) throws IOException {
        long bytes = 0;
        byte[] piece = new byte[PIECE_BYTES];
        try (FileChannel target = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (int read = state.read(piece); read >= 0; read = state.read(piece)) {
                ByteBuffer rest = ByteBuffer.wrap(piece, 0, read);
                while (rest.hasRemaining()) {
                    bytes += target.write(rest);
                }
            }
            target.force(true);
        }
        return bytes;
    }

    /**
     * Checks every page, and that the state is the one of that entry: else entries would be missed or applied twice.
     */
    private void check(Path file, SnapshotMark mark) {
        try (SnapshotFile content = open(file)) {
            for (String needed : List.of(Buckets.KEY.name(), Buckets.META.name())) {
                if (!content.buckets().contains(needed)) {
                    throw new SnapshotException("it has no bucket " + needed, null);
                }
            }
            long index = index(content);
            if (index != mark.index()) {
                throw new SnapshotException("it holds the state at entry " + index, null);
            }
        }
    }

    private static long index(SnapshotFile content) {
        try (Cursor rows = content.scan(Buckets.META.name())) {
            while (rows.next()) {
                if (rows.key().equals(Buckets.CONSISTENT_INDEX)) {
                    return Buckets.longValue(rows.value());
                }
            }
        } catch (IllegalArgumentException e) {
            throw new SnapshotException("it does not say at which entry it was taken", e);
        }
        return 0;
    }

    private SnapshotFile open(Path file) {
        SnapshotFormat known = format;
        if (known == null) {
            throw new SnapshotException("no snapshot format is on the class path: add quorate-snapshot-bbolt", null);
        }
        return known.open(file);
    }

    /**
     * Opens a state that was taken in.
     *
     * @param index its entry
     * @return the state, every page checked once more; close it
     * @throws SnapshotException if it is not there, or damaged
     */
    SnapshotFile open(long index) {
        Path file;
        try {
            file = path(index);
        } catch (IOException e) {
            throw new SnapshotException("cannot make a temporary folder", e);
        }
        if (!Files.exists(file)) {
            throw new SnapshotException(
                    "failed to find database snapshot file (snap: snapshot file doesn't exist): " + file, null);
        }
        return open(file);
    }

    /** Removes the states up to an entry: they are in storage, or older than what is there. */
    void removeUpTo(long index) {
        try {
            for (Path file : files()) {
                Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
                if (name.matches() && Long.compareUnsigned(Long.parseUnsignedLong(name.group(1), 16), index) <= 0) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("failed to remove received snapshots");
        }
    }

    /**
     * Makes good at the start what a crash has cut short: if the log says that another member's state has taken the
     * place of its entries, and storage does not hold that state, storage gets it now. Removes what is of no use.
     *
     * @param engine storage; nobody else uses it yet
     * @param vouched the snapshot that the log vouches for
     * @throws SnapshotException if storage needs a state that is not there, or is damaged
     * @throws StorageException if storage fails
     */
    public void recover(StorageEngine engine, SnapshotMark vouched) {
        long applied = StoreReplacement.storedIndex(engine);
        if (applied < vouched.index()) {
            LOG.atInfo()
                    .addKeyValue("consistent-index", applied)
                    .addKeyValue("snapshot-index", vouched.index())
                    .log("recovering from snapshot backend");
            try (SnapshotFile file = open(vouched.index())) {
                StoreReplacement.install(engine, vouched, file);
            } catch (SnapshotException e) {
                throw new SnapshotException(
                        "the log begins with the state at entry " + vouched.index()
                                + ", storage holds the one at entry " + applied + ": " + e.getMessage(),
                        e);
            }
        }
        removeUpTo(Long.MAX_VALUE); // others were never vouched for: their leader sends them again
        try {
            for (Path file : files()) {
                if (String.valueOf(file.getFileName()).startsWith(ARRIVING)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("failed to remove received snapshots");
        }
    }

    private List<Path> files() throws IOException {
        Path known;
        synchronized (this) {
            known = folder;
        }
        if (known == null) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(known)) {
            return entries.toList();
        }
    }

    private Path path(long index) throws IOException {
        return folder().resolve(String.format(Locale.ROOT, "%016x.snap.db", index));
    }

    private synchronized Path folder() throws IOException {
        Path known = folder;
        if (known == null) {
            known = Files.createTempDirectory(parent, "quorate-snap");
            folder = known;
        }
        return known;
    }

    /** Removes a temporary folder and all in it. */
    @Override
    public void close() {
        Path made;
        synchronized (this) {
            made = folder;
        }
        if (!temporary || made == null) {
            return;
        }
        try {
            for (Path file : files()) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(made);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + made, e);
        }
    }
}
