/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.api.error.EtcdError;
import dev.quorate.api.error.EtcdException;
import dev.quorate.api.inbound.Services;
import dev.quorate.api.platform.Clock;
import dev.quorate.api.storage.WriteBatch;
import dev.quorate.api.storage.memory.MapStorageEngine;
import dev.quorate.membership.Membership;
import dev.quorate.membership.MembershipChange;
import dev.quorate.schema.Buckets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** Member 1 of a cluster whose log, peers and time a test decides; its timer is a real one. */
final class TestMember implements AutoCloseable {
    static final long ID = 1;
    static final long ELECTION_MILLIS = 100;
    private static final long LIMIT_SECONDS = 30;

    final MapStorageEngine engine = new MapStorageEngine(Buckets.ALL);
    final FakePeers peers = new FakePeers();
    final CountedMetrics metrics = new CountedMetrics();
    final CompletableFuture<Throwable> fault = new CompletableFuture<>();
    private final AtomicLong nanos = new AtomicLong(1_000_000_000_000L);
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    final Member member;
    final FakeLog log;

    /** Starts a member whose store knows some members; it knows no leader yet. */
    TestMember(dev.quorate.api.model.Member... members) {
        this(true, members);
    }

    TestMember(boolean strict, dev.quorate.api.model.Member... members) {
        WriteBatch batch = new WriteBatch();
        Membership membership = Membership.restore(engine);
        for (dev.quorate.api.model.Member one : members) {
            membership.apply(new MembershipChange.Add(one), batch);
        }
        engine.write(batch, 0);
        Clock clock = new Clock() {
            @Override
            public long monotonicNanos() {
                return nanos.get();
            }

            @Override
            public long wallMillis() {
                return 1_000_000;
            }
        };
        member = Member.restore(
                engine,
                ReceivedSnapshots.temporary(Path.of("nowhere"), null),
                settings(strict),
                new Environment(clock, metrics, timer, Runnable::run, null, fault::complete),
                peers.both());
        log = new FakeLog(member.stateMachine(), ID);
        member.join(log);
    }

    private static MemberSettings settings(boolean strict) {
        return new MemberSettings(
                0xC,
                ID,
                "m1",
                List.of("http://m1:2379"),
                10,
                ELECTION_MILLIS,
                0,
                1 << 20,
                128,
                TimeUnit.MINUTES.toNanos(10),
                1000,
                0,
                false,
                strict,
                1,
                new MemberSettings.Retention(true, 0));
    }

    static dev.quorate.api.model.Member voter(long id) {
        return new dev.quorate.api.model.Member(
                id, "m" + id, List.of("http://m" + id + ":2380"), List.of("http://m" + id + ":2379"), false);
    }

    static dev.quorate.api.model.Member silent(long id) {
        return new dev.quorate.api.model.Member(id, "", List.of("http://m" + id + ":2380"), List.of(), false);
    }

    static dev.quorate.api.model.Member learner(long id) {
        return new dev.quorate.api.model.Member(id, "", List.of("http://m" + id + ":2380"), List.of(), true);
    }

    Services services() {
        return member.services();
    }

    Membership membership() {
        return Membership.restore(engine);
    }

    /** Lets members be connected for longer than any rule asks. */
    TestMember connect(long... ids) {
        for (long id : ids) {
            peers.connectedNanos.put(id, TimeUnit.HOURS.toNanos(1));
        }
        return this;
    }

    void pass(long seconds) {
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }

    static <T> T get(CompletableFuture<T> answer) {
        try {
            return answer.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | InterruptedException | TimeoutException e) {
            throw new AssertionError("no answer", e);
        }
    }

    static void fails(CompletableFuture<?> answer, EtcdError error) {
        assertThatThrownBy(() -> answer.get(LIMIT_SECONDS, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .extracting(Throwable::getCause)
                .extracting(cause -> cause instanceof EtcdException known && known.is(error) ? error : cause)
                .isEqualTo(error);
    }

    @Override
    public void close() {
        member.stop();
        timer.shutdownNow();
    }
}
