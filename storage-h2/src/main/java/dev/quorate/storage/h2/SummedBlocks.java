/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.storage.h2;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Locale;
import java.util.SortedMap;
import java.util.zip.CRC32C;

/**
 * The content of a file in blocks that each carry a checksum, so that a byte that has changed on the disk is never
 * taken for data.
 *
 * <pre>
 * block n, at n * 4096:   4092 bytes of content, CRC-32C of n and these (4)
 * </pre>
 *
 * <p>MVStore has checksums of the heads of its chunks and pages, and none of what is in them. A block in memory has
 * room for its checksum. Thread-safe as far as the file is.
 */
final class SummedBlocks {
    static final int BLOCK = 4096;
    static final int CONTENT = BLOCK - Integer.BYTES;
    private static final int RUN = 64;

    private final FileChannel file;

    SummedBlocks(FileChannel file) {
        this.file = file;
    }

    /** Returns how many blocks content of a length takes. */
    static long blocks(long length) {
        return (length + CONTENT - 1) / CONTENT;
    }

    /** Returns the number of bytes of content that the whole blocks of the file have room for. */
    long room() throws IOException {
        return file.size() / BLOCK * CONTENT;
    }

    /** Reads a block, content and checksum. */
    byte[] read(long number) throws IOException {
        return read(number, 1);
    }

    /** Reads blocks that lie in the file, and checks them. */
    private byte[] read(long first, int count) throws IOException {
        byte[] blocks = new byte[count * BLOCK];
        ByteBuffer target = ByteBuffer.wrap(blocks);
        while (target.hasRemaining()) {
            if (file.read(target, first * BLOCK + target.position()) < 0) {
                throw new IOException("the file ends at " + file.size() + " instead of " + (first + count) * BLOCK);
            }
        }
        for (int i = 0; i < count; i++) {
            int stored = target.getInt(i * BLOCK + CONTENT);
            int actual = sum(first + i, blocks, i * BLOCK);
            if (stored != actual) {
                throw new IOException(String.format(
                        Locale.ROOT,
                        "the file is damaged at offset %d: its block has the checksum %08x instead of %08x",
                        (first + i) * BLOCK,
                        actual,
                        stored));
            }
        }
        return blocks;
    }

    /** Reads content, all of which lies in the file. */
    void read(ByteBuffer target, long at, int count) throws IOException {
        long next = at;
        long end = at + count;
        while (next < end) {
            long first = next / CONTENT;
            byte[] blocks = read(first, (int) Math.min(RUN, blocks(end) - first));
            for (int block = 0; block < blocks.length; block += BLOCK) {
                int inBlock = (int) (next % CONTENT);
                int part = (int) Math.min(CONTENT - inBlock, end - next);
                target.put(blocks, block + inBlock, part);
                next += part;
            }
        }
    }

    /** Computes the checksum of a block and writes it into its room. */
    static void seal(long number, byte[] block) {
        ByteBuffer.wrap(block).putInt(CONTENT, sum(number, block, 0));
    }

    private static int sum(long number, byte[] blocks, int offset) {
        CRC32C sum = new CRC32C();
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            sum.update((int) (number >>> shift));
        }
        sum.update(blocks, offset, CONTENT);
        return (int) sum.getValue();
    }

    /** Writes sealed blocks, neighbours together, cuts the file behind its content, and syncs it. */
    void write(SortedMap<Long, byte[]> sealed, long length) throws IOException {
        ByteBuffer run = ByteBuffer.allocate(RUN * BLOCK);
        long start = 0;
        for (var block : sealed.entrySet()) {
            if (run.position() > 0 && (!run.hasRemaining() || start + run.position() != block.getKey() * BLOCK)) {
                writeFully(run.flip(), start);
                run.clear();
            }
            if (run.position() == 0) {
                start = block.getKey() * BLOCK;
            }
            run.put(block.getValue());
        }
        writeFully(run.flip(), start);
        file.truncate(blocks(length) * BLOCK);
        file.force(true);
    }

    private void writeFully(ByteBuffer source, long at) throws IOException {
        long next = at;
        while (source.hasRemaining()) {
            next += file.write(source, next);
        }
    }
}
