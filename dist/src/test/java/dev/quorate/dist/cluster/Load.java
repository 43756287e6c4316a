/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.cluster;

import com.google.protobuf.ByteString;
import dev.quorate.dist.crash.Rpc;
import dev.quorate.wire.etcdserverpb.PutRequest;
import dev.quorate.wire.etcdserverpb.RangeRequest;
import dev.quorate.wire.etcdserverpb.RangeResponse;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients that write at a bounded rate to members of a cluster while that changes. A write that fails in a way that
 * etcd's clients retry, or because leadership is handed over, is tried again at another member; anything else is a
 * failure.
 */
final class Load implements AutoCloseable {
    private static final int CLIENTS = 4;
    private static final int ANSWER_MILLIS_MAX = 30_000;
    private static final int ATTEMPTS_MAX = 200;
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final List<ManagedChannel> channels = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong[] written = new AtomicLong[CLIENTS];
    private final AtomicLong retries = new AtomicLong();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private volatile boolean open = true;

    /** Starts so many writes each second at members that stay. */
    Load(List<Member> members, int writesPerSecond) {
        for (Member member : members) {
            channels.add(NettyChannelBuilder.forTarget(member.endpoint())
                    .usePlaintext()
                    .build());
        }
        for (int i = 0; i < CLIENTS; i++) {
            int client = i;
            AtomicLong count = new AtomicLong();
            written[i] = count;
            Thread thread =
                    new Thread(() -> write(client, count, CLIENTS * SECOND_NANOS / writesPerSecond), "load" + i);
            thread.setUncaughtExceptionHandler((which, failure) -> failures.add(failure));
            threads.add(thread);
            thread.start();
        }
    }

    private static ByteString key(int client) {
        return ByteString.copyFromUtf8("load" + client);
    }

    private void write(int client, AtomicLong count, long periodNanos) {
        long next = System.nanoTime();
        while (open) {
            PutRequest put = PutRequest.newBuilder()
                    .setKey(key(client))
                    .setValue(ByteString.copyFromUtf8(String.valueOf(count.get() + 1)))
                    .build();
            retried(client, put);
            count.incrementAndGet();
            next = Math.max(next + periodNanos, System.nanoTime() - SECOND_NANOS);
            LockSupport.parkNanos(next - System.nanoTime());
        }
    }

    private void retried(int client, PutRequest put) {
        for (int attempt = 0; ; attempt++) {
            ManagedChannel channel = channels.get((client + attempt) % channels.size());
            try {
                Rpc.call(channel, put, ANSWER_MILLIS_MAX);
                return;
            } catch (StatusRuntimeException e) {
                if (!isHarmless(e.getStatus()) || attempt == ATTEMPTS_MAX) {
                    throw e;
                }
                retries.incrementAndGet();
                channel.resetConnectBackoff();
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
        }
    }

    /** Etcd's clients retry the one; a member says the other, having done nothing, while leadership is handed over. */
    private static boolean isHarmless(Status status) {
        return status.getCode() == Status.Code.UNAVAILABLE
                || (status.getCode() == Status.Code.UNKNOWN && "raft proposal dropped".equals(status.getDescription()));
    }

    /** Returns how many writes were acknowledged so far. */
    long count() {
        long sum = 0;
        for (AtomicLong one : written) {
            sum += one.get();
        }
        return sum;
    }

    /** Waits until more writes are acknowledged. */
    void awaitMore(long more) throws InterruptedException {
        long target = count() + more;
        while (count() < target && failures.isEmpty()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    /** Ends it; every member must then have what was acknowledged last. Returns a line about it. */
    String end() throws InterruptedException {
        open = false;
        for (Thread thread : threads) {
            thread.join();
        }
        if (!failures.isEmpty()) {
            throw new AssertionError("failed writes: " + failures, failures.peek());
        }
        for (ManagedChannel channel : channels) {
            for (int i = 0; i < CLIENTS; i++) {
                RangeRequest get = RangeRequest.newBuilder().setKey(key(i)).build();
                RangeResponse answer = (RangeResponse) Rpc.call(channel, get, ANSWER_MILLIS_MAX);
                String value = answer.getKvs(0).getValue().toStringUtf8();
                if (!value.equals(String.valueOf(written[i].get()))) {
                    throw new AssertionError("client " + i + " wrote " + written[i] + ", there is " + value);
                }
            }
        }
        return count() + " writes, " + retries + " of them tried again";
    }

    @Override
    public void close() {
        open = false;
        channels.forEach(ManagedChannel::shutdownNow);
    }
}
