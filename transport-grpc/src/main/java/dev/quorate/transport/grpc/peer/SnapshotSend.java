/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc.peer;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.ProtoWriter;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.MessageBytes;
import dev.quorate.raft.spi.PeerTransport.SnapshotState;
import dev.quorate.raft.spi.PeerUrl;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Streams one snapshot to one member, on a thread of its own and by a connection of its own: reads the state, and waits
 * where the network does not take more.
 *
 * <p>Source: etcd v3.7.1, {@code rafthttp/snapshot_sender.go}.
 */
final class SnapshotSend implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotSend.class);
    private static final int PIECE_BYTES = 128 << 10;
    private static final long LOOKUP_SECONDS_MAX = 10;

    /** Hears how it has ended. */
    interface Ended {
        void ended(SnapshotSend send, long nanos, boolean arrived);
    }

    private final Message message;
    private final SnapshotState state;
    private final Peer peer;
    private final List<PeerUrl> urls;
    private final PeerParts parts;
    private final Ended ended;
    private volatile boolean cancelled;
    private volatile @Nullable Thread thread;

    SnapshotSend(Message message, SnapshotState state, Peer peer, PeerParts parts, Ended ended) {
        this.message = message;
        this.state = state;
        this.peer = peer;
        this.urls = peer.urls();
        this.parts = parts;
        this.ended = ended;
    }

    Peer peer() {
        return peer;
    }

    /** Gives up; the end is told as ever. */
    void cancel() {
        cancelled = true;
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        long begun = Nanos.now();
        boolean arrived = false;
        try {
            log("sending database snapshot", null);
            send();
            arrived = true;
            log("sent database snapshot", null);
        } catch (IOException | RuntimeException e) {
            log("failed to send database snapshot", e);
        } catch (InterruptedException e) {
            log("failed to send database snapshot", new IOException("stopped", e));
            Thread.currentThread().interrupt();
        } finally {
            state.close();
            ended.ended(this, Nanos.since(begun), arrived);
        }
    }

    private void send() throws IOException, InterruptedException {
        if (cancelled) {
            throw new IOException("stopped");
        }
        try (InputStream in = state.open();
                SnapshotCall call = connect()) {
            ProtoWriter head = new ProtoWriter(1024);
            int mark = head.begin(Fields.MESSAGE);
            MessageBytes.write(head, message);
            call.send(Chunks.of(head.end(mark)));
            copy(in, call);
            call.finish();
        }
    }

    /** Opens the call at the first address where the member admits it. */
    private SnapshotCall connect() throws IOException, InterruptedException {
        IOException last = new IOException("no address is known");
        for (Target target : targets()) {
            SnapshotCall call = new SnapshotCall(target, peer, parts);
            try {
                call.open();
                return call;
            } catch (IOException e) {
                last = e;
                call.close();
            } catch (InterruptedException e) {
                call.close();
                throw e;
            }
        }
        throw last;
    }

    private List<Target> targets() throws IOException, InterruptedException {
        try {
            return parts.channels().findAll(urls).get(LOOKUP_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("cannot find the addresses of " + urls, e);
        }
    }

    private void copy(InputStream in, SnapshotCall call) throws IOException, InterruptedException {
        CRC32C crc = new CRC32C();
        long length = 0;
        for (byte[] piece = in.readNBytes(PIECE_BYTES); piece.length > 0; piece = in.readNBytes(PIECE_BYTES)) {
            if (cancelled) {
                throw new IOException("stopped");
            }
            crc.update(piece, 0, piece.length);
            length += piece.length;
            ProtoWriter head = new ProtoWriter(8);
            head.raw(Fields.DATA << 3 | Fields.WIRE_BYTES).raw(piece.length);
            call.send(new Chunks(List.of(head.toBytes(), Bytes.wrap(piece))));
            parts.observer().sent(peer.id(), piece.length);
        }
        if (length != state.length()) {
            throw new IOException("state of a snapshot has " + length + " bytes instead of " + state.length());
        }
        ProtoWriter end = new ProtoWriter(32);
        int mark = end.begin(Fields.END);
        call.send(Chunks.of(end.varint(Fields.LENGTH, length)
                .varint(Fields.CRC, crc.getValue())
                .end(mark)));
    }

    private void log(String text, @Nullable Exception failure) {
        var event = (failure == null ? LOG.atInfo() : LOG.atWarn())
                .addKeyValue(
                        "snapshot-index",
                        message.snapshot() == null ? 0 : message.snapshot().index())
                .addKeyValue("remote-peer-id", Long.toHexString(peer.id()))
                .addKeyValue("bytes", state.length());
        (failure == null ? event : event.addKeyValue("error", failure.getMessage())).log(text);
    }
}
