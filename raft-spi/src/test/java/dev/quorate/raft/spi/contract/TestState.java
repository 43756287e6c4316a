/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.spi.contract;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.spi.PeerTransport;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/** A state on its way out, whole or broken; counts how often it is closed. */
final class TestState implements PeerTransport.SnapshotState {
    private final byte[] content;
    private final long length;
    private final boolean broken;
    private final AtomicInteger closes = new AtomicInteger();

    private TestState(byte[] content, long length, boolean broken) {
        this.content = content;
        this.length = length;
        this.broken = broken;
    }

    static TestState of(int length) {
        byte[] content = new byte[length];
        new Random(length).nextBytes(content);
        return new TestState(content, length, false);
    }

    /** One that cannot be read to its end. */
    static TestState broken(int length) {
        return new TestState(of(length).content, length, true);
    }

    /** One that ends before it should. */
    static TestState cutOff(int length) {
        return new TestState(of(length).content, length + 1L, false);
    }

    Bytes content() {
        return Bytes.wrap(content);
    }

    int closes() {
        return closes.get();
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public InputStream open() {
        InputStream whole = new ByteArrayInputStream(content);
        return broken ? new SequenceInputStream(whole, new Failing()) : whole;
    }

    @Override
    public void close() {
        closes.incrementAndGet();
    }

    private static final class Failing extends InputStream {
        @Override
        public int read() throws IOException {
            throw new IOException("the disk has failed");
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            throw new IOException("the disk has failed");
        }
    }
}
