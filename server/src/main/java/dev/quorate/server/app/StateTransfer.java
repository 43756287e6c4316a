/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.snapshot.SnapshotFile;
import dev.quorate.api.snapshot.SnapshotFormat;
import dev.quorate.api.storage.StorageEngine;
import dev.quorate.api.storage.StorageSnapshot;
import dev.quorate.raft.spi.ConfState;
import dev.quorate.raft.spi.Snapshot;
import dev.quorate.raft.spi.SnapshotMark;
import dev.quorate.raft.spi.StateSnapshot;
import dev.quorate.schema.Buckets;
import dev.quorate.schema.ConfStateRecord;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole state, out of this member for one that is far behind, and in from another one.
 *
 * <p>{@link #receive} is thread-safe, the rest is confined to the thread that applies. Source: etcd v3.7.1,
 * {@code server/etcdserver/snapshot_merge.go} and {@code server.go}, {@code applySnapshot}.
 */
final class StateTransfer {
    private static final Logger LOG = LoggerFactory.getLogger(StateTransfer.class);

    private final MemberState state;
    private final @Nullable SnapshotFormat format;
    private final ReceivedSnapshots received;
    private final Runnable onInstalled;

    /**
     * Creates it.
     *
     * @param state what travels
     * @param format makes snapshots; null if nothing on the class path does
     * @param received where states lie that came in
     * @param onInstalled hears that another state is in place, before reads can rely on it
     */
    StateTransfer(
            MemberState state, @Nullable SnapshotFormat format, ReceivedSnapshots received, Runnable onInstalled) {
        this.state = state;
        this.format = format;
        this.received = received;
        this.onInstalled = onInstalled;
    }

    StateSnapshot take() {
        SnapshotFormat known = format;
        if (known == null) {
            throw new IllegalStateException("no snapshot format is on the class path: add quorate-snapshot-bbolt");
        }
        StorageSnapshot rows = state.engine().snapshot();
        try {
            Snapshot snapshot = new Snapshot(mark(rows), state.membership().snapshotFileContent());
            return new StateSnapshot(snapshot, new OutgoingState(rows, known));
        } catch (RuntimeException e) {
            rows.close();
            throw e;
        }
    }

    private static SnapshotMark mark(StorageSnapshot rows) {
        return new SnapshotMark(
                number(rows.get(Buckets.META, Buckets.CONSISTENT_INDEX)),
                number(rows.get(Buckets.META, Buckets.TERM)),
                confState(rows.get(Buckets.META, Buckets.CONF_STATE)));
    }

    private static long number(@Nullable Bytes stored) {
        return stored == null ? 0 : Buckets.longValue(stored);
    }

    static ConfState confState(@Nullable Bytes stored) {
        if (stored == null) {
            return ConfState.EMPTY;
        }
        ConfStateRecord row = ConfStateRecord.decode(stored);
        return new ConfState(row.voters(), row.learners(), row.votersOutgoing(), row.learnersNext(), row.autoLeave());
    }

    void receive(Snapshot snapshot, InputStream content) throws IOException {
        received.removeUpTo(StoreReplacement.storedIndex(state.engine())); // came, but was not needed any more
        received.receive(snapshot, content);
    }

    void install(Snapshot snapshot) {
        long before = StoreReplacement.storedIndex(state.engine());
        if (snapshot.index() <= before) {
            throw new IllegalStateException("a snapshot of entry " + snapshot.index()
                    + " is to be installed, but entry " + before + " is applied");
        }
        log("applying snapshot", before, snapshot);
        StorageEngine engine = state.engine();
        try (SnapshotFile file = received.open(snapshot.index())) {
            state.store().writer().replace(() -> {
                StoreReplacement.install(engine, snapshot.mark(), file);
                state.reload(); // leases first: the store attaches keys to them
            });
        }
        onInstalled.run();
        received.removeUpTo(snapshot.index());
        log("applied snapshot", before, snapshot);
    }

    private static void log(String event, long before, Snapshot snapshot) {
        LOG.atInfo()
                .addKeyValue("current-applied-index", before)
                .addKeyValue("incoming-leader-snapshot-index", snapshot.index())
                .addKeyValue("incoming-leader-snapshot-term", snapshot.term())
                .log(event);
    }
}
