/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.storage.h2;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.zip.CRC32C;
import org.h2.store.fs.FileBase;
import org.jspecify.annotations.Nullable;

/**
 * A file that a crash leaves as it was at its last sync, whole.
 *
 * <p>MVStore keeps no checksum of what is in its chunks, writes its header in place, and counts on the clock before it
 * uses room again; writes that a crash tears or reorders could cost it what was synced long ago. So nothing reaches the
 * file between two syncs: writes stay in memory, as blocks. A sync writes them into a journal beside the file, syncs
 * that, and only then writes them to the file and syncs it. A crash in the journal leaves the file alone; after a crash
 * in the file the journal, which is whole, is written again.
 *
 * <pre>
 * file:    blocks with checksums ({@link SummedBlocks})
 * journal: magic (8), size of the content (8), number of blocks (4), CRC-32C of all but itself (4);
 *          number of each block (8 each); blocks with checksums, as the file will have them
 * </pre>
 *
 * <p>The journal also tells the size that the content must have, so that a file cut short is not taken for an older
 * store. A block that does not match its checksum is never read over: the read fails, and so does every write and sync
 * from then on. Opened for good with {@link #tryLock}, before which the journal is not looked at. Thread-safe.
 */
@SuppressWarnings("UnsynchronizedOverridesSynchronized") // it has a lock of its own
final class AtomicFile extends FileBase {
    private static final int BLOCK = SummedBlocks.BLOCK;
    private static final int CONTENT = SummedBlocks.CONTENT;
    private static final int HEAD = 24;
    private static final int BLOCKS_MAX = 16_384; // 64 MiB: more than that is written without being asked
    private static final long MAGIC = 0x51554F_4A524E_3102L;
    private static final long MAGIC_UNSUMMED = 0x51554F_4A524E_3101L;

    private final FileChannel file;
    private final SummedBlocks blocks;
    private final Opener journalOpener;
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final TreeMap<Long, byte[]> written = new TreeMap<>();
    private @Nullable FileChannel journal;
    private long size;
    private boolean changed;
    private long position;
    private volatile @Nullable IOException failure;

    /** Opens the journal. */
    interface Opener {
        FileChannel open() throws IOException;
    }

    AtomicFile(FileChannel file, Opener journalOpener) throws IOException {
        this.file = file;
        this.journalOpener = journalOpener;
        this.blocks = new SummedBlocks(file);
        this.size = blocks.room();
    }

    @Override
    public @Nullable FileLock tryLock(long from, long length, boolean shared) throws IOException {
        FileLock held = file.tryLock(from, length, shared);
        if (held != null) {
            FileChannel opened = journalOpener.open();
            journal = opened;
            recover(opened);
        }
        return held;
    }

    private void recover(FileChannel from) throws IOException {
        long journalSize = from.size();
        if (journalSize < HEAD || journalSize > Integer.MAX_VALUE) {
            return;
        }
        ByteBuffer head = ByteBuffer.allocate(HEAD);
        readFully(from, head, 0);
        head.flip();
        long magic = head.getLong();
        long sizeThen = head.getLong();
        int count = head.getInt();
        if (magic == MAGIC_UNSUMMED) {
            throw new IOException("the file is of an early form, without checksums, that is not read any more");
        }
        long length = HEAD + (long) count * (Long.BYTES + BLOCK);
        if (magic != MAGIC || count < 0 || length > journalSize) {
            return;
        }
        ByteBuffer all = ByteBuffer.allocate((int) length);
        readFully(from, all, 0);
        if (all.getInt(HEAD - 4) != checksum(all.array(), all.limit())) {
            return;
        }
        for (int i = 0; i < count; i++) {
            int at = HEAD + count * Long.BYTES + i * BLOCK;
            written.put(all.getLong(HEAD + i * Long.BYTES), Arrays.copyOfRange(all.array(), at, at + BLOCK));
        }
        if (count > 0) {
            blocks.write(written, sizeThen);
            written.clear();
        }
        if (blocks.room() < sizeThen) {
            throw new IOException(
                    "the file has " + file.size() + " bytes instead of " + SummedBlocks.blocks(sizeThen) * BLOCK);
        }
        size = sizeThen;
    }

    private static int checksum(byte[] journal, int length) {
        CRC32C sum = new CRC32C();
        sum.update(journal, 0, HEAD - 4);
        sum.update(journal, HEAD, length - HEAD);
        return (int) sum.getValue();
    }

    private static void readFully(FileChannel from, ByteBuffer target, long at) throws IOException {
        long next = at;
        while (target.hasRemaining()) {
            int count = from.read(target, next);
            if (count < 0) {
                throw new EOFException("read past the end at " + next);
            }
            next += count;
        }
    }

    private static void writeFully(FileChannel to, ByteBuffer source, long at) throws IOException {
        long next = at;
        while (source.hasRemaining()) {
            next += to.write(source, next);
        }
    }

    @Override
    public void force(boolean metadata) throws IOException {
        lock.writeLock().lock();
        try {
            check();
            if (changed) {
                sync();
            }
        } catch (IOException e) {
            failure = e;
            throw e;
        } finally {
            lock.writeLock().unlock();
        }
    }

    private void check() throws IOException {
        if (failure != null) {
            throw new IOException("the file has failed before", failure);
        }
    }

    private void sync() throws IOException {
        FileChannel to = journal;
        if (to == null) {
            throw new IOException("the file is not locked");
        }
        written.forEach(SummedBlocks::seal);
        int count = written.size();
        ByteBuffer all = ByteBuffer.allocate(HEAD + count * (Long.BYTES + BLOCK));
        all.putLong(MAGIC).putLong(size).putInt(count).putInt(0);
        written.keySet().forEach(all::putLong);
        written.values().forEach(all::put);
        all.putInt(HEAD - 4, checksum(all.array(), all.limit()));
        writeFully(to, all.flip(), 0);
        to.force(true);
        blocks.write(written, size);
        written.clear();
        changed = false;
        empty(to);
    }

    /** Makes the journal say nothing but the size; need not be durable, since the old one says the same. */
    private void empty(FileChannel to) throws IOException {
        to.truncate(HEAD);
        ByteBuffer head =
                ByteBuffer.allocate(HEAD).putLong(MAGIC).putLong(size).putInt(0).putInt(0);
        head.putInt(HEAD - 4, checksum(head.array(), HEAD));
        writeFully(to, head.flip(), 0);
    }

    @Override
    public int read(ByteBuffer target, long at) throws IOException {
        lock.readLock().lock();
        try {
            if (at >= size) {
                return target.hasRemaining() ? -1 : 0;
            }
            int total = (int) Math.min(target.remaining(), size - at);
            for (int done = 0; done < total; ) {
                long block = (at + done) / CONTENT;
                int inBlock = (int) ((at + done) % CONTENT);
                byte[] changedBlock = written.get(block);
                int count = total - done;
                if (changedBlock != null) {
                    count = Math.min(count, CONTENT - inBlock);
                    target.put(changedBlock, inBlock, count);
                } else {
                    Long next = written.higherKey(block);
                    if (next != null) {
                        count = (int) Math.min(count, next * CONTENT - at - done);
                    }
                    blocks.read(target, at + done, count);
                }
                done += count;
            }
            return total;
        } catch (IOException e) {
            failure = e;
            throw e;
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public int write(ByteBuffer source, long at) throws IOException {
        lock.writeLock().lock();
        try {
            check();
            int total = source.remaining();
            for (long gap = SummedBlocks.blocks(size); gap < at / CONTENT; gap++) {
                written.put(gap, new byte[BLOCK]); // every block in the file has a checksum
            }
            for (int done = 0; done < total; ) {
                long block = (at + done) / CONTENT;
                int inBlock = (int) ((at + done) % CONTENT);
                int count = Math.min(total - done, CONTENT - inBlock);
                byte[] data = written.get(block);
                if (data == null) {
                    data = count == CONTENT ? new byte[BLOCK] : before(block);
                    written.put(block, data);
                }
                source.get(data, inBlock, count);
                done += count;
            }
            size = Math.max(size, at + total);
            changed = true;
            if (written.size() > BLOCKS_MAX) {
                force(true);
            }
            return total;
        } finally {
            lock.writeLock().unlock();
        }
    }

    private byte[] before(long block) throws IOException {
        try {
            return block * CONTENT < size ? blocks.read(block) : new byte[BLOCK];
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    @Override
    public FileChannel truncate(long length) throws IOException {
        lock.writeLock().lock();
        try {
            check();
            if (length < size) {
                written.tailMap(SummedBlocks.blocks(length), true).clear();
                size = length;
                changed = true;
            }
            return this;
        } finally {
            lock.writeLock().unlock();
        }
    }

    @Override
    public long size() {
        lock.readLock().lock();
        try {
            return size;
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public synchronized int read(ByteBuffer target) throws IOException {
        int count = read(target, position);
        position += Math.max(0, count);
        return count;
    }

    @Override
    public synchronized int write(ByteBuffer source) throws IOException {
        int count = write(source, position);
        position += count;
        return count;
    }

    @Override
    public synchronized long position() {
        return position;
    }

    @Override
    public synchronized FileChannel position(long next) {
        position = next;
        return this;
    }

    @Override
    protected void implCloseChannel() throws IOException {
        FileChannel beside = journal;
        try {
            if (beside != null) {
                beside.close();
            }
        } finally {
            file.close(); // what was not synced is not there
        }
    }
}
