/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.quorate.dist.RealEtcd;
import dev.quorate.dist.crash.Rpc;
import dev.quorate.wire.etcdserverpb.PutRequest;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long writes wait for the next leader, beside real etcd: printed, as it depends on the machine. */
class TakeoverIT {
    private static final int ANSWER_MILLIS_MAX = 10_000;
    private static final long SPAN_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final PutRequest PUT = PutRequest.newBuilder()
            .setKey(ByteString.copyFromUtf8("k"))
            .setValue(ByteString.copyFromUtf8("v"))
            .build();

    @TempDir
    Path work;

    @Test
    void tellsHowLongWritesWait() throws IOException, InterruptedException {
        Path etcd = RealEtcd.programOrSkip("etcd");
        int times = Integer.getInteger("quorate.cluster.takeovers", 2);
        print("real etcd", etcd, times);
        print("ours", RealEtcd.ours(), times);
    }

    private void print(String name, Path program, int times) throws IOException, InterruptedException {
        Path folder = work.resolve(name.replace(' ', '-'));
        try (ClusterProcess cluster = ClusterProcess.onLoopback(folder, Collections.nCopies(3, program))) {
            List<Long> killed = new ArrayList<>();
            List<Long> stopped = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                killed.add(waited(cluster, true));
                stopped.add(waited(cluster, false));
            }
            Collections.sort(killed);
            Collections.sort(stopped);
            System.out.printf("%s: ms to the next write after SIGKILL %s, SIGTERM %s%n", name, killed, stopped);
        }
    }

    /**
     * Ends the leader while many writes are sent to the two others; the longest time in which none was acknowledged.
     */
    private static long waited(ClusterProcess cluster, boolean kill) throws IOException, InterruptedException {
        Member leader = cluster.leader();
        List<ManagedChannel> others = new ArrayList<>();
        ExecutorService writers = Executors.newCachedThreadPool();
        try {
            for (Member member : cluster.members()) {
                if (!member.equals(leader)) {
                    ManagedChannel channel = NettyChannelBuilder.forTarget(member.endpoint())
                            .usePlaintext()
                            .build();
                    Rpc.call(channel, PUT, ANSWER_MILLIS_MAX);
                    others.add(channel);
                }
            }
            ConcurrentSkipListSet<Long> written = new ConcurrentSkipListSet<>();
            long begun = System.nanoTime();
            if (kill) {
                leader.process().handle().destroyForcibly();
            } else {
                leader.process().handle().destroy();
            }
            for (int i = 0; System.nanoTime() - begun < SPAN_NANOS; i++) {
                ManagedChannel channel = others.get(i % 2);
                writers.execute(() -> {
                    if (isWritten(channel)) {
                        written.add(System.nanoTime() - begun);
                    }
                });
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
            leader.process().awaitEnd();
            leader.restart();
            assertThat(written.last()).as("the last write").isGreaterThan(SPAN_NANOS / 2);
            long longest = 0;
            long before = 0;
            for (long one : written) {
                longest = Math.max(longest, one - before);
                before = one;
            }
            return TimeUnit.NANOSECONDS.toMillis(longest);
        } finally {
            writers.shutdownNow();
            others.forEach(ManagedChannel::shutdownNow);
        }
    }

    private static boolean isWritten(ManagedChannel channel) {
        try {
            Rpc.call(channel, PUT, ANSWER_MILLIS_MAX);
            return true;
        } catch (StatusRuntimeException e) {
            return false; // those that the old leader took with it
        }
    }
}
