/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.log;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Log files on a disk.
 *
 * <p>Past the cache of the system where the file system allows ({@code DIRECT} and {@code DSYNC}), which costs one
 * system call per write and no copy; otherwise a plain write and a sync of the data. Without sync if the configuration
 * says so.
 */
final class DiskFiles implements LogFiles {
    private static final int ZEROES_BYTES = 1 << 20;

    private final Path folder;
    private final boolean sync;
    private volatile boolean direct = true;

    DiskFiles(Path folder, boolean sync) {
        this.folder = folder;
        this.sync = sync;
    }

    @Override
    public List<String> list() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    @Override
    public byte[] read(String name) throws IOException {
        return Files.readAllBytes(folder.resolve(name));
    }

    @Override
    public LogFile create(String name, long size) throws IOException {
        Path path = folder.resolve(name);
        Files.deleteIfExists(path);
        try (FileChannel file =
                FileChannel.open(path, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))) {
            ByteBuffer zeroes = ByteBuffer.allocateDirect(ZEROES_BYTES);
            for (long written = 0; written < size; ) {
                zeroes.clear().limit((int) Math.min(ZEROES_BYTES, size - written));
                written += file.write(zeroes, written);
            }
            file.force(true);
        }
        return open(name);
    }

    @Override
    public LogFile open(String name) throws IOException {
        Path path = folder.resolve(name);
        if (sync && direct) {
            try {
                return new Channel(
                        FileChannel.open(
                                path,
                                Set.<OpenOption>of(
                                        StandardOpenOption.WRITE, StandardOpenOption.DSYNC, ExtendedOpenOption.DIRECT)),
                        false);
            } catch (IOException | UnsupportedOperationException e) {
                direct = false; // the file system has no direct writes
            }
        }
        return new Channel(FileChannel.open(path, StandardOpenOption.WRITE), sync);
    }

    @Override
    public void write(String name, byte[] content) throws IOException {
        Path path = folder.resolve(name);
        Path fresh = folder.resolve(name + ".tmp");
        try (FileChannel file = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer data = ByteBuffer.wrap(content);
            while (data.hasRemaining()) {
                file.write(data);
            }
            file.force(true);
        }
        Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        syncFolder();
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Files.move(folder.resolve(from), folder.resolve(to), StandardCopyOption.ATOMIC_MOVE);
        syncFolder();
    }

    @Override
    public long size(String name) throws IOException {
        return Files.size(folder.resolve(name));
    }

    @Override
    public void truncate(String name, long size) throws IOException {
        try (FileChannel file = FileChannel.open(folder.resolve(name), StandardOpenOption.WRITE)) {
            file.truncate(size);
            file.force(true);
        }
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(folder.resolve(name));
    }

    private void syncFolder() throws IOException {
        if (sync) {
            try (FileChannel entries = FileChannel.open(folder, StandardOpenOption.READ)) {
                entries.force(true);
            }
        }
    }

    private record Channel(FileChannel file, boolean force) implements LogFile {
        @Override
        public void write(long position, ByteBuffer data) throws IOException {
            long at = position;
            while (data.hasRemaining()) {
                at += file.write(data, at);
            }
            if (force) {
                file.force(false);
            }
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
