/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.snapshot.SnapshotException;
import dev.quorate.api.snapshot.SnapshotFormat;
import dev.quorate.api.snapshot.SnapshotImage;
import dev.quorate.api.storage.StorageException;
import dev.quorate.api.storage.StorageSnapshot;
import dev.quorate.raft.spi.PeerTransport;
import dev.quorate.schema.Buckets;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * A state for a member that is far behind. Fixed by the thread that applies, which it costs nothing; laid out by the
 * thread of the transport that asks first. Thread-safe.
 */
final class OutgoingState implements PeerTransport.SnapshotState {
    private final StorageSnapshot rows;
    private final SnapshotFormat format;
    private @Nullable SnapshotImage image;
    private boolean closed;

    OutgoingState(StorageSnapshot rows, SnapshotFormat format) {
        this.rows = rows;
        this.format = format;
    }

    private synchronized SnapshotImage image() {
        SnapshotImage laidOut = image;
        if (laidOut == null) {
            laidOut = format.image(rows, Buckets.ALL);
            image = laidOut;
        }
        return laidOut;
    }

    @Override
    public long length() {
        return image().sizeBytes();
    }

    @Override
    public InputStream open() throws IOException {
        try {
            return image().content();
        } catch (SnapshotException | StorageException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            rows.close();
        }
    }
}
