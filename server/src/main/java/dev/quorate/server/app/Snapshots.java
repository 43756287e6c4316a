/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.inbound.SnapshotStream;
import dev.quorate.api.model.SnapshotResponse;
import dev.quorate.api.platform.Clock;
import dev.quorate.api.platform.Metrics;
import dev.quorate.api.snapshot.SnapshotFormat;
import dev.quorate.api.snapshot.SnapshotImage;
import dev.quorate.api.storage.StorageSnapshot;
import dev.quorate.mvcc.MvccStore;
import dev.quorate.schema.Buckets;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the store to clients that save it. Works on a view of storage, so the thread that applies notices nothing.
 * Thread-safe.
 */
final class Snapshots {
    private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);

    /** As large as etcd's pieces. */
    private static final int PIECE_BYTES = 32 << 10;

    private final MvccStore store;
    private final @Nullable SnapshotFormat format;
    private final ReadGate gate;
    private final Clock clock;
    private final Metrics.Histogram seconds;

    Snapshots(MvccStore store, ReadGate gate, Environment environment) {
        this.store = store;
        this.gate = gate;
        this.format = environment.snapshots();
        this.clock = environment.clock();
        this.seconds = environment
                .metrics()
                .histogram(
                        "etcd_disk_backend_snapshot_duration_seconds",
                        "The latency distribution of backend snapshots.",
                        Metrics.exponentialBuckets(0.01, 2, 17));
    }

    CompletableFuture<SnapshotStream> begin() {
        SnapshotFormat known = format;
        if (known == null) {
            return CompletableFuture.failedFuture(new UnsupportedOperationException(
                    "no snapshot format is on the class path: add quorate-snapshot-bbolt"));
        }
        return gate.readAll(() -> begin(known));
    }

    private SnapshotStream begin(SnapshotFormat known) {
        StorageSnapshot state = store.snapshot();
        try {
            return new Sending(state, known.image(state, Buckets.ALL));
        } catch (RuntimeException e) {
            state.close();
            throw e;
        }
    }

    /** One snapshot on its way. */
    private final class Sending implements SnapshotStream {
        private final StorageSnapshot state;
        private final InputStream content;
        private final MessageDigest digest = sha256();
        private final String version;
        private final long totalBytes;
        private final long startNanos = clock.monotonicNanos();
        private long remainingBytes;
        private boolean hashed;
        private boolean closed;

        Sending(StorageSnapshot state, SnapshotImage image) {
            this.state = state;
            Bytes storageVersion = state.get(Buckets.META, Buckets.STORAGE_VERSION);
            version = storageVersion == null ? "" : storageVersion.toUtf8();
            totalBytes = image.sizeBytes();
            remainingBytes = totalBytes;
            content = image.content();
            LOG.atInfo()
                    .addKeyValue("total-bytes", totalBytes)
                    .addKeyValue("storage-version", version)
                    .log("sending database snapshot to client");
        }

        @Override
        public @Nullable SnapshotResponse next() {
            if (remainingBytes > 0) {
                return nextPiece();
            }
            if (hashed) {
                return null;
            }
            hashed = true;
            Bytes hash = Bytes.wrap(digest.digest());
            LOG.atInfo()
                    .addKeyValue("total-bytes", totalBytes)
                    .addKeyValue("checksum-size", hash.length())
                    .log("sending database sha256 checksum to client");
            return new SnapshotResponse(0, hash, version);
        }

        private SnapshotResponse nextPiece() {
            byte[] piece = new byte[(int) Math.min(PIECE_BYTES, remainingBytes)];
            int filled;
            try {
                filled = content.readNBytes(piece, 0, piece.length);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            if (filled < piece.length) {
                throw new IllegalStateException("the snapshot ends " + remainingBytes + " bytes early");
            }
            digest.update(piece);
            remainingBytes -= piece.length;
            return new SnapshotResponse(remainingBytes, Bytes.wrap(piece), version);
        }

        @Override
        public void close() {
            if (closed) {
                return;
            }
            closed = true;
            try {
                content.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                state.close();
            }
            long tookNanos = clock.monotonicNanos() - startNanos;
            seconds.observe((double) tookNanos / TimeUnit.SECONDS.toNanos(1));
            if (hashed) {
                LOG.atInfo()
                        .addKeyValue("total-bytes", totalBytes)
                        .addKeyValue("took", TimeUnit.NANOSECONDS.toMillis(tookNanos) + "ms")
                        .addKeyValue("storage-version", version)
                        .log("successfully sent database snapshot to client");
            } else {
                LOG.atWarn()
                        .addKeyValue("total-bytes", totalBytes)
                        .addKeyValue("remaining-bytes", remainingBytes)
                        .log("database snapshot was not taken to its end");
            }
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
