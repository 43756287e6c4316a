/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.storage.h2;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A disk in memory that loses power after some operations. Of what was not synced then, each write is there, or not, or
 * in part, whatever came before or after it.
 */
final class CrashDisk {
    private static final int SECTOR = 512;

    private final Map<String, Content> files = new TreeMap<>();
    private final Random random;
    private long operationsLeft = Long.MAX_VALUE;
    private boolean syncing = true;

    /** A write; without data, a new length. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Change(long at, byte[] data) {}

    /** Bytes of a file, in an array that is as long as it ever was. */
    private static final class Image {
        private byte[] bytes = new byte[1 << 12];
        private int size;

        void write(int at, byte[] data, int offset, int count) {
            if (at + count > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(at + count, bytes.length * 2));
            }
            System.arraycopy(data, offset, bytes, at, count);
            size = Math.max(size, at + count);
        }

        void cut(int length) {
            if (length < size) {
                Arrays.fill(bytes, length, size, (byte) 0);
            }
            size = length;
        }

        void become(Image other) {
            bytes = other.bytes.clone();
            size = other.size;
        }
    }

    /** What programs see of a file, what is safe, and what lies between. */
    private static final class Content {
        private final Image seen = new Image();
        private final Image safe = new Image();
        private final List<Change> unsynced = new ArrayList<>();
    }

    CrashDisk(Random random) {
        this.random = random;
    }

    synchronized void losePowerAfter(long operations) {
        operationsLeft = operations;
    }

    /** From now on a sync says that it is done and does nothing. */
    synchronized void forgetSyncs() {
        syncing = false;
    }

    /** Brings the power back. */
    synchronized void restart() {
        operationsLeft = Long.MAX_VALUE;
        for (Content file : files.values()) {
            Collections.shuffle(file.unsynced, random);
            for (Change change : file.unsynced) {
                int fate = random.nextInt(3);
                if (fate != 0) {
                    apply(file.safe, change, fate == 1);
                }
            }
            file.unsynced.clear();
            file.seen.become(file.safe);
        }
    }

    private void apply(Image to, Change change, boolean whole) {
        byte[] data = change.data();
        if (data.length == 0) {
            to.cut((int) change.at());
            return;
        }
        for (int done = 0; done < data.length; done += SECTOR) {
            if (whole || random.nextBoolean()) {
                to.write((int) change.at() + done, data, done, Math.min(SECTOR, data.length - done));
            }
        }
    }

    private void operation() throws IOException {
        if (operationsLeft <= 0) {
            throw new IOException("no power");
        }
        operationsLeft--;
    }

    private Content file(String name) {
        return files.computeIfAbsent(name, any -> new Content());
    }

    synchronized boolean exists(String name) {
        return files.containsKey(name);
    }

    synchronized long size(String name) {
        return file(name).seen.size;
    }

    synchronized int read(String name, ByteBuffer target, long at) {
        Image seen = file(name).seen;
        if (at >= seen.size) {
            return -1;
        }
        int count = (int) Math.min(target.remaining(), seen.size - at);
        target.put(seen.bytes, (int) at, count);
        return count;
    }

    synchronized int write(String name, ByteBuffer source, long at) throws IOException {
        operation();
        byte[] data = new byte[source.remaining()];
        source.get(data);
        if (data.length > 0) {
            change(file(name), new Change(at, data));
        }
        return data.length;
    }

    synchronized void truncate(String name, long size) throws IOException {
        operation();
        Content file = file(name);
        if (size < file.seen.size) {
            change(file, new Change(size, new byte[0]));
        }
    }

    private void change(Content file, Change change) {
        apply(file.seen, change, true);
        file.unsynced.add(change);
    }

    synchronized void sync(String name) throws IOException {
        operation();
        if (syncing) {
            Content file = file(name);
            file.unsynced.forEach(change -> apply(file.safe, change, true));
            file.unsynced.clear();
        }
    }
}
