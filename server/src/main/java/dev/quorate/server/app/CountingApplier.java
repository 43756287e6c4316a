/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.error.EtcdException;
import dev.quorate.api.model.DeleteRangeRequest;
import dev.quorate.api.model.PutRequest;
import dev.quorate.api.model.RangeRequest;
import dev.quorate.api.model.RequestOp;
import dev.quorate.api.model.ResponseOp;
import dev.quorate.api.model.TxnRequest;
import dev.quorate.api.model.TxnResponse;
import dev.quorate.api.platform.Clock;
import dev.quorate.api.platform.Metrics;
import dev.quorate.api.storage.WriteBatch;
import dev.quorate.schema.Command;
import dev.quorate.server.app.Applier.CommandApplier;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

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
    private final Metrics.Counter puts;
    private final Metrics.Counter deletions;
    private final Metrics.Counter ranges;
    private final Metrics.Counter txns;
    private final AtomicLong putBytes = new AtomicLong();
    private final Map<Class<?>, Metrics.Histogram> successes = new HashMap<>();
    private final Map<Class<?>, Metrics.Histogram> failures = new HashMap<>();

    CountingApplier(CommandApplier state, Clock clock, Metrics metrics) {
        this.state = state;
        this.clock = clock;
        this.metrics = metrics;
        puts = metrics.counter("etcd_mvcc_put_total", "Total number of puts seen by this member.");
        deletions = metrics.counter("etcd_mvcc_delete_total", "Total number of deletes seen by this member.");
        ranges = ranges(metrics);
        txns = metrics.counter("etcd_mvcc_txn_total", "Total number of txns seen by this member.");
        metrics.gauge(
                "etcd_debugging_mvcc_total_put_size_in_bytes",
                "The total size of put kv pairs seen by this member.",
                () -> (double) putBytes.get());
    }

    static Metrics.Counter ranges(Metrics metrics) {
        return metrics.counter("etcd_mvcc_range_total", "Total number of ranges seen by this member.");
    }

    @Override
    public Object apply(Command command, WriteBatch batch) {
        long start = clock.monotonicNanos();
        Object answer;
        try {
            answer = state.apply(command, batch);
        } catch (EtcdException e) {
            observe(failures, command, "false", start);
            throw e;
        }
        observe(successes, command, "true", start);
        if (command instanceof Command.Put put) {
            count(put.request());
        } else if (command instanceof Command.DeleteRange) {
            deletions.add(1);
        } else if (command instanceof Command.Range) {
            ranges.add(1);
        } else if (command instanceof Command.Txn txn
                && answer instanceof TxnResponse response
                && count(txn.request(), response) > 1) {
            txns.add(1);
        }
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

    private void count(PutRequest put) {
        puts.add(1);
        putBytes.addAndGet(put.key().length() + put.value().length());
    }

    /** Counts the operations of the branch that was taken. */
    private int count(TxnRequest request, TxnResponse response) {
        List<RequestOp> taken = response.succeeded() ? request.success() : request.failure();
        List<ResponseOp> answers = response.responses();
        int done = 0;
        for (int i = 0; i < taken.size() && i < answers.size(); i++) {
            RequestOp op = taken.get(i);
            if (op instanceof PutRequest put) {
                count(put);
            } else if (op instanceof DeleteRangeRequest) {
                deletions.add(1);
            } else if (op instanceof RangeRequest) {
                ranges.add(1);
            } else if (op instanceof TxnRequest nested && answers.get(i) instanceof TxnResponse answer) {
                done += count(nested, answer) - 1;
            }
            done++;
        }
        return done;
    }
}
