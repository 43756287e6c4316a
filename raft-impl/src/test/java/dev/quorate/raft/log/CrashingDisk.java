/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/**
 * A disk that loses power. A write that has not returned may be on it whole, not at all, or in some of its sectors;
 * what has returned is on it, and files that were deleted may come back. With {@code honest} off, writes return before
 * they are on the disk, as if the sync had been left out.
 */
final class CrashingDisk implements LogFiles {
    private static final int SECTOR = 512;

    private static final class File {
        private byte[] durable = new byte[0];
        private byte[] seen = new byte[0];
    }

    /** Says that the power is gone. */
    static final class PowerLoss extends IOException {
        private static final long serialVersionUID = 1L;
    }

    private final TreeMap<String, File> files = new TreeMap<>();
    private final TreeMap<String, File> deleted = new TreeMap<>(); // may come back
    private final Random random;
    private final boolean honest;
    private int writesLeft;

    CrashingDisk(Random random, boolean honest) {
        this.random = random;
        this.honest = honest;
    }

    /** Lets the power go in the middle of the n-th write from now. */
    synchronized void loseAtWrite(int n) {
        writesLeft = n;
    }

    /** Brings the disk back with what was durable; without honest syncs, with a random part of the rest. */
    synchronized void restore() {
        writesLeft = Integer.MAX_VALUE;
        deleted.forEach((name, file) -> {
            if (random.nextBoolean()) {
                files.putIfAbsent(name, file);
            }
        });
        deleted.clear();
        for (File file : files.values()) {
            if (!honest) {
                mix(file, 0, file.seen.length);
            }
            file.seen = file.durable.clone();
        }
    }

    /** Makes a random choice of the sectors in a range durable. */
    private void mix(File file, int from, int to) {
        file.durable = Arrays.copyOf(file.durable, Math.max(file.durable.length, to));
        for (int sector = from; sector < to; sector += SECTOR) {
            if (random.nextBoolean()) {
                int end = Math.min(sector + SECTOR, to);
                System.arraycopy(file.seen, sector, file.durable, sector, end - sector);
            }
        }
    }

    private File file(String name) throws IOException {
        File file = files.get(name);
        if (file == null) {
            throw new NoSuchFileException(name);
        }
        return file;
    }

    @Override
    public synchronized List<String> list() {
        return List.copyOf(files.keySet());
    }

    @Override
    public synchronized byte[] read(String name) throws IOException {
        return file(name).seen.clone();
    }

    @Override
    public synchronized LogFile create(String name, long size) {
        File file = new File();
        file.seen = new byte[(int) size];
        file.durable = new byte[(int) size];
        files.put(name, file);
        return new OpenFile(file);
    }

    @Override
    public synchronized LogFile open(String name) throws IOException {
        return new OpenFile(file(name));
    }

    @Override
    public synchronized long size(String name) throws IOException {
        return file(name).seen.length;
    }

    @Override
    public synchronized void truncate(String name, long size) throws IOException {
        File file = file(name);
        file.seen = Arrays.copyOf(file.seen, (int) size);
        file.durable = file.seen.clone();
    }

    @Override
    public synchronized void write(String name, byte[] content) {
        File file = new File();
        file.seen = content.clone();
        file.durable = content.clone();
        files.put(name, file);
    }

    @Override
    public synchronized void rename(String from, String to) throws IOException {
        files.put(to, file(from));
        files.remove(from);
    }

    @Override
    public synchronized void delete(String name) {
        File file = files.remove(name);
        if (file != null) {
            deleted.put(name, file);
        }
    }

    private final class OpenFile implements LogFile {
        private final File file;

        OpenFile(File file) {
            this.file = file;
        }

        @Override
        public void write(long position, ByteBuffer data) throws IOException {
            synchronized (CrashingDisk.this) {
                int from = (int) position;
                int length = data.remaining();
                for (int i = from; i < Math.min(from + length, file.durable.length); i++) {
                    if (honest && file.durable[i] != 0) {
                        throw new AssertionError("byte " + i + " was durable and is written again");
                    }
                }
                file.seen = Arrays.copyOf(file.seen, Math.max(file.seen.length, from + length));
                data.get(file.seen, from, length);
                if (--writesLeft <= 0) {
                    mix(file, from, from + length);
                    throw new PowerLoss();
                }
                if (honest) {
                    file.durable = file.seen.clone();
                }
            }
        }

        @Override
        public void close() {}
    }
}
