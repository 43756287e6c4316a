/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.error.EtcdError;
import dev.quorate.api.error.EtcdException;
import dev.quorate.api.model.TxnResponse;
import dev.quorate.api.platform.Clock;
import dev.quorate.api.platform.Metrics;
import dev.quorate.api.storage.WriteBatch;
import dev.quorate.schema.Command;
import dev.quorate.server.app.Applier.CommandApplier;
import java.util.HashMap;
import java.util.Map;

/**
 * Counts what commands do to keys, and how long they take. Confined to the thread that applies.
 *
 * <p>Source: etcd v3.7.1, {@code server/storage/mvcc/metrics_txn.go} and {@code server/etcdserver/txn/metrics.go}.
 */
final class CountingApplier implements CommandApplier {
    private static final double NANOS_OF_SECOND = 1e9;

    private final CommandApplier state;
    private final Clock clock;
    private final Metrics metrics;
    private final OperationCounts counts;
    private final Map<Class<?>, Metrics.Histogram> successes = new HashMap<>();
    private final Map<Class<?>, Metrics.Histogram> failures = new HashMap<>();

    CountingApplier(CommandApplier state, OperationCounts counts, Clock clock, Metrics metrics) {
        this.state = state;
        this.counts = counts;
        this.clock = clock;
        this.metrics = metrics;
    }

    @Override
    public Object apply(Command command, WriteBatch batch) {
        long start = clock.monotonicNanos();
        Object answer;
        try {
            answer = state.apply(command, batch);
        } catch (EtcdException e) {
            // etcd takes a compaction of what is compacted already for a success
            boolean success = e.is(EtcdError.COMPACTED);
            observe(success ? successes : failures, command, String.valueOf(success), start);
            if (command instanceof Command.Put put
                    && OperationCounts.looksBack(put.request())
                    && e.is(EtcdError.KEY_NOT_FOUND)) {
                counts.range();
            }
            throw e;
        }
        observe(successes, command, "true", start);
        count(command, answer);
        return answer;
    }

    private void observe(Map<Class<?>, Metrics.Histogram> histograms, Command command, String success, long start) {
        Metrics.Histogram seconds = histograms.get(command.getClass());
        if (seconds == null) {
            seconds = metrics.histogram(
                    "etcd_server_apply_duration_seconds",
                    "The latency distributions of v2 apply called by backend.",
                    Metrics.exponentialBuckets(0.0001, 2, 20),
                    "version",
                    "v3",
                    "op",
                    command instanceof Command.Unknown
                            ? "unknown"
                            : command.getClass().getSimpleName(),
                    "success",
                    success);
            histograms.put(command.getClass(), seconds);
        }
        seconds.observe((clock.monotonicNanos() - start) / NANOS_OF_SECOND);
    }

    private void count(Command command, Object answer) {
        if (command instanceof Command.Put put) {
            counts.put(put.request());
        } else if (command instanceof Command.DeleteRange deletion) {
            counts.deleteRange(deletion.request());
        } else if (command instanceof Command.Range || command instanceof Command.Compaction) {
            counts.range(); // a compaction reads its revision by a range
        } else if (command instanceof Command.Txn txn && answer instanceof TxnResponse response) {
            counts.txn(txn.request(), response, false);
        }
    }
}
