/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.boot;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.platform.Clock;
import dev.quorate.api.platform.Metrics;
import dev.quorate.raft.log.Wal;
import dev.quorate.raft.log.WalContent;
import dev.quorate.raft.log.WalOptions;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Opens the durable log of a member, and measures it. */
final class Logs {
    private Logs() {}

    static Wal open(
            DataDir dataDir,
            MemberConfig config,
            @Nullable WalContent content,
            Founding.Identity identity,
            Supplier<Bytes> membership,
            Clock clock,
            Metrics metrics) {
        Metrics.Histogram seconds = metrics.histogram(
                "etcd_disk_wal_fsync_duration_seconds",
                "The latency distributions of fsync called by WAL.",
                Metrics.exponentialBuckets(0.001, 2, 14));
        AtomicLong written = new AtomicLong();
        metrics.gauge("etcd_disk_wal_write_bytes_total", "Total number of bytes written in WAL.", () ->
                (double) written.get());
        WalOptions options = new WalOptions(
                dataDir.wal(),
                dataDir.snap(),
                Wal.SEGMENT_BYTES,
                config.walsMax(),
                config.snapshotsMax(),
                !config.unsafeNoSync(),
                membership,
                clock::monotonicNanos,
                (bytes, nanos) -> {
                    written.addAndGet(bytes);
                    seconds.observe(nanos / 1e9);
                });
        return content == null
                ? Wal.create(options, identity.memberId(), identity.clusterId())
                : Wal.open(options, content);
    }
}
