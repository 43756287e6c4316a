/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.snapshot;

import dev.quorate.api.storage.Bucket;
import dev.quorate.api.storage.StorageReader;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Makes a file while it is read: a read that finds no page ready takes rows until there is one. Holds what one step
 * makes, which is one page, or one row that is larger, and the branches that end with it.
 */
final class BboltStream extends InputStream implements PageSink {
    /** A buffer that had to grow beyond so much does not keep the room. */
    private static final int KEPT_BYTES_MAX = 256 << 10;

    private final ImageWalk walk;
    private final long expectedRoot;
    private final long expectedBytes;
    private byte[] ready;
    private int from;
    private int to;
    private long madeBytes;
    private boolean ended;

    BboltStream(StorageReader state, List<Bucket> buckets, long root, long sizeBytes, byte[] head) {
        this.expectedRoot = root;
        this.expectedBytes = sizeBytes;
        this.ready = head;
        this.to = head.length;
        this.madeBytes = head.length;
        this.walk = new ImageWalk(state, buckets, this);
    }

    @Override
    public long append(Node node) {
        int pages = PageSink.pagesOf(node);
        long id = madeBytes / Layout.PAGE_BYTES;
        int bytes = Math.multiplyExact(pages, Layout.PAGE_BYTES);
        if (to + (long) bytes > ready.length) {
            ready = Arrays.copyOf(ready, Math.addExact(to, bytes));
        }
        Arrays.fill(ready, to + node.size(), to + bytes, (byte) 0);
        node.write(id, pages - 1, ready, to);
        to += bytes;
        madeBytes += bytes;
        return id;
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return 0;
        }
        if (from == to && !refill()) {
            return -1;
        }
        int taken = Math.min(length, to - from);
        System.arraycopy(ready, from, into, offset, taken);
        from += taken;
        return taken;
    }

    private boolean refill() {
        from = 0;
        to = 0;
        if (ready.length > KEPT_BYTES_MAX) {
            ready = new byte[Layout.PAGE_BYTES];
        }
        while (to == 0 && !ended) {
            if (!walk.step()) {
                ended = true;
                if (walk.root() != expectedRoot || madeBytes != expectedBytes) {
                    throw new IllegalStateException("the state has changed while it was written: root at page "
                            + walk.root() + " instead of " + expectedRoot + ", " + madeBytes + " bytes instead of "
                            + expectedBytes);
                }
            }
        }
        return to > 0;
    }

    @Override
    public void close() {
        ended = true;
        to = from;
        walk.close();
    }
}
