/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.boot;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The folder that a member lives in, held by this process alone.
 *
 * <pre>
 * DATA/member/wal/          the Raft log, as etcd writes it
 * DATA/member/snap/         Raft snapshots (membership); in etcd's data dirs also the store, "db"
 * DATA/member/store-NAME/   the store of the engine NAME
 * DATA/member/LOCK          locked while a process runs on it
 * </pre>
 */
@API(status = API.Status.INTERNAL)
public final class DataDir implements AutoCloseable {
    private static final String STORE_PREFIX = "store-";

    private final Path member;
    private final Path wal;
    private final FileChannel lockFile;
    private final FileLock lock;

    private DataDir(Path member, Path wal, FileChannel lockFile, FileLock lock) {
        this.member = member;
        this.wal = wal;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    /**
     * Takes a folder, makes it if need be, and keeps other processes out of it.
     *
     * @param data the folder
     * @param separateWal where the log lies instead; null for inside the folder
     * @return the folder; close it
     * @throws BootException if it is in use, cannot be written, or is a data dir of etcd itself
     */
    public static DataDir open(Path data, @Nullable Path separateWal) {
        Path member = data.resolve("member");
        if (Files.exists(member.resolve("snap").resolve("db"))) {
            throw new BootException(
                    "data dir " + data + " was written by etcd (it holds member/snap/db). It was not changed."
                            + " Start with an empty data dir, and bring the data over with etcdctl or a snapshot");
        }
        try {
            createPrivately(data);
            createPrivately(member);
            Path lockPath = member.resolve("LOCK");
            FileChannel file = FileChannel.open(lockPath, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = tryLock(file);
            if (lock == null) {
                file.close();
                throw new BootException(
                        "data dir " + data + " is in use by another process (" + lockPath + " is locked)");
            }
            Path wal = separateWal == null ? member.resolve("wal") : separateWal;
            createPrivately(wal);
            createPrivately(member.resolve("snap"));
            return new DataDir(member, wal, file, lock);
        } catch (IOException e) {
            throw new BootException("cannot write to data dir " + data + ": " + e, e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel file) throws IOException {
        try {
            return file.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // another member in this JVM holds it
        }
    }

    private static void createPrivately(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
    }

    /**
     * Returns where the log lies.
     *
     * @return its folder
     */
    public Path wal() {
        return wal;
    }

    /**
     * Returns where Raft snapshots lie.
     *
     * @return their folder
     */
    public Path snap() {
        return member.resolve("snap");
    }

    /**
     * Returns the folder of an engine, made if need be.
     *
     * @param engine its name
     * @return the folder
     * @throws BootException if the data lies with another engine
     */
    public Path store(String engine) {
        for (String other : engines()) {
            if (!other.equals(engine)) {
                throw new BootException("data dir " + member.getParent() + " holds a store of " + other + ", not of "
                        + engine + ": start with --storage=" + other);
            }
        }
        Path folder = member.resolve(STORE_PREFIX + engine);
        try {
            createPrivately(folder);
        } catch (IOException e) {
            throw new BootException("cannot make " + folder + ": " + e, e);
        }
        return folder;
    }

    private List<String> engines() {
        List<String> names = new ArrayList<>();
        try (Stream<Path> entries = Files.list(member)) {
            entries.map(entry -> String.valueOf(entry.getFileName()))
                    .filter(name -> name.startsWith(STORE_PREFIX))
                    .map(name -> name.substring(STORE_PREFIX.length()))
                    .sorted()
                    .forEach(names::add);
        } catch (IOException e) {
            throw new BootException("cannot list " + member + ": " + e, e);
        }
        return names;
    }

    /** Tells whether a folder holds a member: of ours or of etcd. */
    static boolean holdsMember(Path data) {
        return Files.exists(data.resolve("member"));
    }

    /** Tells whether the log of a member is where the configuration says. */
    static boolean holdsLog(MemberConfig config) {
        Path wal = config.walDir().orElse(config.dataDir().resolve("member").resolve("wal"));
        if (!Files.isDirectory(wal)) {
            return false;
        }
        try (Stream<Path> files = Files.list(wal)) {
            return files.anyMatch(file -> file.toString().endsWith(".wal"));
        } catch (IOException e) {
            throw new BootException("cannot list " + wal + ": " + e, e);
        }
    }

    @Override
    public void close() {
        try {
            lock.release();
            lockFile.close();
        } catch (IOException e) {
            throw new BootException("cannot release " + member.resolve("LOCK") + ": " + e, e);
        }
    }
}
