/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.storage.StorageEngine;
import dev.quorate.mvcc.MvccWriter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the rows of compacted history out of storage, a few at a time between batches of entries, so that no write
 * waits long.
 *
 * <p>Thread-safe. Source: etcd v3.7.1, {@code server/storage/mvcc/kvstore_compaction.go}.
 */
final class Compactor {
    private static final Logger LOG = LoggerFactory.getLogger(Compactor.class);

    private final MvccWriter writer;
    private final StorageEngine engine;
    private final ScheduledExecutorService timer;
    private final int stepRows;
    private final long pauseNanos;
    private CompletableFuture<Void> idle = CompletableFuture.completedFuture(null);
    private boolean running;
    private volatile @Nullable Applier applier;

    Compactor(MvccWriter writer, StorageEngine engine, ScheduledExecutorService timer, int stepRows, long pauseNanos) {
        this.writer = writer;
        this.engine = engine;
        this.timer = timer;
        this.stepRows = stepRows;
        this.pauseNanos = pauseNanos;
    }

    /** Says between whose batches to work, and goes on with what was left over. */
    void start(Applier between) {
        applier = between;
        wake();
    }

    /** Begins to work if there is something to do once the present batch is written. */
    void wake() {
        synchronized (this) {
            if (running || applier == null) {
                return;
            }
            running = true;
            idle = new CompletableFuture<>();
        }
        timer.execute(this::step);
    }

    private void step() {
        Applier between = applier;
        if (between == null) {
            return;
        }
        boolean more;
        try {
            // An install takes long, and the timer has other things to do than to wait for its lock.
            more = between.isInstalling() || removeSome(between);
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("failed to compact storage");
            more = false;
        }
        if (more) {
            timer.schedule(this::step, pauseNanos, TimeUnit.NANOSECONDS);
        }
    }

    /**
     * Removes some rows; under the lock of the applier, so that a compaction that is applied meanwhile is not
     * overlooked.
     */
    private boolean removeSome(Applier between) {
        boolean[] more = new boolean[1];
        between.exclusively(batch -> {
            boolean pending = writer.compactionPending();
            if (pending && !writer.compactionStep(batch, stepRows)) {
                LOG.atInfo()
                        .addKeyValue("compact-revision", writer.compactedRevision())
                        .log("finished scheduled compaction");
            }
            more[0] = pending && writer.compactionPending();
            if (!more[0]) {
                finish();
            }
        });
        return more[0];
    }

    private void finish() {
        CompletableFuture<Void> done;
        synchronized (this) {
            running = false;
            done = idle;
        }
        timer.execute(() -> done.complete(null)); // behind the write of the batch that is being filled
    }

    /** Completes when nothing is left to remove and that is durable. */
    CompletableFuture<Void> whenDone() {
        CompletableFuture<Void> done;
        synchronized (this) {
            done = idle;
        }
        return done.thenRunAsync(engine::flush, timer);
    }
}
