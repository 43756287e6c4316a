/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc.peer;

import dev.quorate.api.bytes.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The state of a snapshot as a stream that a thread reads while the event loop fills it, piece by piece as it asks for
 * them. It ends only if all has come as it was sent. Thread-safe.
 */
final class StateStream extends InputStream {
    private final Runnable more;
    private final ArrayDeque<Bytes> pieces = new ArrayDeque<>();
    private final CRC32C crc = new CRC32C();
    private int position;
    private long length;
    private boolean ended;
    private @Nullable String failure;

    /** Makes a stream; {@code more} asks for another piece, on any thread. */
    StateStream(Runnable more) {
        this.more = more;
    }

    /** Takes a piece. */
    synchronized void add(Bytes piece) {
        if (ended) {
            fail("more came behind its end");
        } else if (failure == null) {
            crc.update(piece.sharedArray(), piece.sharedOffset(), piece.length());
            length += piece.length();
            pieces.add(piece);
            notifyAll();
        }
    }

    /** Hears that all was sent, and what it was. */
    synchronized void end(long sentLength, int sentCrc) {
        if (sentLength != length) {
            fail("of " + sentLength + " bytes " + length + " have come");
        } else if (sentCrc != (int) crc.getValue()) {
            fail("checksum mismatch");
        } else {
            ended = true;
            notifyAll();
        }
    }

    /** Breaks the stream, if it has not come to its end: what was not read yet is lost. */
    synchronized void fail(String reason) {
        if (failure == null) {
            failure = reason;
            pieces.clear();
        }
        notifyAll();
    }

    /** Hears that nothing comes any more; that is a failure before the end. */
    synchronized void close(String reason) {
        if (!ended) {
            fail(reason);
        }
    }

    /** How many bytes have come. */
    synchronized long length() {
        return length;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public synchronized int read(byte[] target, int offset, int count) throws IOException {
        Objects.checkFromIndexSize(offset, count, target.length);
        if (count == 0) {
            return 0;
        }
        if (!awaitPiece()) {
            return -1;
        }
        Bytes first = pieces.element();
        int taken = Math.min(count, first.length() - position);
        System.arraycopy(first.sharedArray(), first.sharedOffset() + position, target, offset, taken);
        position += taken;
        if (position == first.length()) {
            pieces.remove();
            position = 0;
            more.run();
        }
        return taken;
    }

    /** False at the end. */
    private synchronized boolean awaitPiece() throws IOException {
        try {
            while (pieces.isEmpty() || failure != null) {
                if (failure != null) {
                    throw new IOException("the state of a snapshot is broken: " + failure);
                }
                if (ended) {
                    return false;
                }
                wait();
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped");
        }
    }
}
