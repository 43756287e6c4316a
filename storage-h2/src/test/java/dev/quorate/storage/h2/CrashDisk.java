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

    /** What programs see of a file, what is safe, and what lies between. */
    private static final class Content {
        private byte[] seen = new byte[0];
        private byte[] safe = new byte[0];
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
            byte[] left = file.safe;
            Collections.shuffle(file.unsynced, random);
            for (Change change : file.unsynced) {
                int fate = random.nextInt(3);
                if (fate != 0) {
                    left = apply(left, change, fate == 1);
                }
            }
            file.unsynced.clear();
            file.safe = left;
            file.seen = left.clone();
        }
    }

    private byte[] apply(byte[] to, Change change, boolean whole) {
        if (change.data().length == 0) {
            return Arrays.copyOf(to, (int) change.at());
        }
        int end = (int) change.at() + change.data().length;
        byte[] result = Arrays.copyOf(to, Math.max(to.length, end));
        for (int done = 0; done < change.data().length; done += SECTOR) {
            if (whole || random.nextBoolean()) {
                int count = Math.min(SECTOR, change.data().length - done);
                System.arraycopy(change.data(), done, result, (int) change.at() + done, count);
            }
        }
        return result;
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
        return file(name).seen.length;
    }

    synchronized int read(String name, ByteBuffer target, long at) {
        byte[] seen = file(name).seen;
        if (at >= seen.length) {
            return -1;
        }
        int count = (int) Math.min(target.remaining(), seen.length - at);
        target.put(seen, (int) at, count);
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
        if (size < file.seen.length) {
            change(file, new Change(size, new byte[0]));
        }
    }

    private void change(Content file, Change change) {
        file.seen = apply(file.seen, change, true);
        file.unsynced.add(change);
    }

    synchronized void sync(String name) throws IOException {
        operation();
        if (syncing) {
            Content file = file(name);
            file.unsynced.clear();
            file.safe = file.seen.clone();
        }
    }
}
