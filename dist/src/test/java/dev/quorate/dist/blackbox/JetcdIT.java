/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.dist.RealEtcd;
import dev.quorate.dist.ServerProcess;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.Election;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Lease;
import io.etcd.jetcd.Lock;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.common.exception.CompactedException;
import io.etcd.jetcd.election.CampaignResponse;
import io.etcd.jetcd.election.LeaderResponse;
import io.etcd.jetcd.election.NotLeaderException;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.lease.LeaseKeepAliveResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.LeaseOption;
import io.etcd.jetcd.options.PutOption;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.support.CloseableClient;
import io.etcd.jetcd.watch.WatchEvent;
import io.etcd.jetcd.watch.WatchResponse;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** jetcd, the usual client for Java, drives every service that it knows of one member. */
@Timeout(60) // an answer that never comes
class JetcdIT {
    @TempDir
    static Path work;

    private static ServerProcess server;
    private static Client client;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        server = ServerProcess.start(RealEtcd.ours(), work, List.of());
        client = Client.builder().endpoints("http://" + server.endpoint()).build();
    }

    @AfterAll
    static void stop() {
        if (client != null) {
            client.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @Test
    void putsGetsAndDeletes() throws Exception {
        KV kv = client.getKVClient();
        for (int i = 1; i <= 5; i++) {
            kv.put(bytes("kv/" + i), bytes("v" + (6 - i))).get();
        }
        KeyValue before = kv.put(
                        bytes("kv/1"),
                        bytes("changed"),
                        PutOption.builder().withPrevKV().build())
                .get()
                .getPrevKv();
        assertThat(text(before.getValue())).isEqualTo("v5");
        GetResponse sorted = kv.get(
                        bytes("kv/"),
                        GetOption.builder()
                                .isPrefix(true)
                                .withSortField(GetOption.SortTarget.VALUE)
                                .withSortOrder(GetOption.SortOrder.DESCEND)
                                .withLimit(2)
                                .build())
                .get();
        assertThat(sorted.getKvs()).extracting(found -> text(found.getValue())).containsExactly("v4", "v3");
        assertThat(sorted.getCount()).isEqualTo(5);
        assertThat(sorted.isMore()).isTrue();
        GetResponse past = kv.get(
                        bytes("kv/1"),
                        GetOption.builder()
                                .withRevision(before.getModRevision())
                                .build())
                .get();
        assertThat(text(past.getKvs().get(0).getValue())).isEqualTo("v5");
        assertThat(kv.delete(
                                bytes("kv/"),
                                DeleteOption.builder()
                                        .isPrefix(true)
                                        .withPrevKV(true)
                                        .build())
                        .get()
                        .getPrevKvs())
                .hasSize(5);
        assertThat(kv.get(bytes("kv/1")).get().getKvs()).isEmpty();
    }

    @Test
    void namesWhatIsWrong() {
        assertThatThrownBy(() -> client.getKVClient().put(bytes(""), bytes("x")).get())
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("INVALID_ARGUMENT: etcdserver: key is not provided");
    }

    @Test
    void decidesTransactions() throws Exception {
        KV kv = client.getKVClient();
        ByteSequence key = bytes("txn/key");
        TxnResponse created = kv.txn()
                .If(new Cmp(key, Cmp.Op.EQUAL, CmpTarget.createRevision(0)))
                .Then(Op.put(key, bytes("one"), PutOption.DEFAULT), Op.get(key, GetOption.DEFAULT))
                .Else(Op.delete(key, DeleteOption.DEFAULT))
                .commit()
                .get();
        assertThat(created.isSucceeded()).isTrue();
        assertThat(text(created.getGetResponses().get(0).getKvs().get(0).getValue()))
                .isEqualTo("one");
        TxnResponse refused = kv.txn()
                .If(
                        new Cmp(key, Cmp.Op.EQUAL, CmpTarget.value(bytes("one"))),
                        new Cmp(key, Cmp.Op.GREATER, CmpTarget.version(1)))
                .Then(Op.put(key, bytes("two"), PutOption.DEFAULT))
                .Else(Op.txn(
                        new Cmp[] {new Cmp(key, Cmp.Op.EQUAL, CmpTarget.version(1))},
                        new Op[] {Op.delete(key, DeleteOption.DEFAULT)},
                        new Op[] {}))
                .commit()
                .get();
        assertThat(refused.isSucceeded()).isFalse();
        assertThat(refused.getTxnResponses().get(0).getDeleteResponses().get(0).getDeleted())
                .isEqualTo(1);
    }

    @Test
    void watchesWhatWasAndWhatComes() throws Exception {
        KV kv = client.getKVClient();
        long first = kv.put(bytes("watch/a"), bytes("1")).get().getHeader().getRevision();
        BlockingQueue<WatchEvent> events = new LinkedBlockingQueue<>();
        WatchOption fromFirst = WatchOption.builder()
                .isPrefix(true)
                .withRevision(first)
                .withPrevKV(true)
                .build();
        try (Watch.Watcher watcher = client.getWatchClient()
                .watch(bytes("watch/"), fromFirst, Watch.listener(answer -> events.addAll(answer.getEvents())))) {
            assertThat(told(events)).isEqualTo("PUT watch/a=1 was ");
            kv.put(bytes("watch/a"), bytes("2")).get();
            assertThat(told(events)).isEqualTo("PUT watch/a=2 was 1");
            kv.delete(bytes("watch/a")).get();
            assertThat(told(events)).isEqualTo("DELETE watch/a= was 2");
            assertThat(watcher.isClosed()).isFalse();
        }
    }

    @Test
    void watchesOnAfterACompaction() throws Exception {
        KV kv = client.getKVClient();
        ByteSequence key = bytes("compacted");
        long first = kv.put(key, bytes("1")).get().getHeader().getRevision();
        kv.put(key, bytes("2")).get();
        long third = kv.put(key, bytes("3")).get().getHeader().getRevision();
        kv.compact(third).get();
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        Watch.Watcher tooLate = client.getWatchClient()
                .watch(
                        key,
                        WatchOption.builder().withRevision(first).build(),
                        Watch.listener(answer -> {}, failure::complete));
        assertThat(failure.get()).isInstanceOf(CompactedException.class);
        tooLate.close();
        CompactedException compacted = (CompactedException) failure.get();
        assertThat(compacted.getCompactedRevision()).isEqualTo(third);
        BlockingQueue<WatchEvent> events = new LinkedBlockingQueue<>();
        WatchOption on = WatchOption.builder()
                .withRevision(compacted.getCompactedRevision())
                .build();
        try (Watch.Watcher watcher = client.getWatchClient()
                .watch(key, on, Watch.listener((WatchResponse answer) -> events.addAll(answer.getEvents())))) {
            assertThat(told(events)).isEqualTo("PUT compacted=3 was ");
            kv.put(key, bytes("4")).get();
            assertThat(told(events)).isEqualTo("PUT compacted=4 was ");
            assertThat(watcher.isClosed()).isFalse();
        }
    }

    @Test
    void keepsLeasesAlive() throws Exception {
        Lease leases = client.getLeaseClient();
        long id = leases.grant(5).get().getID();
        KV kv = client.getKVClient();
        kv.put(bytes("leased"), bytes("x"), PutOption.builder().withLeaseId(id).build())
                .get();
        BlockingQueue<LeaseKeepAliveResponse> answers = new LinkedBlockingQueue<>();
        CloseableClient keeper = leases.keepAlive(id, into(answers));
        for (int i = 0; i < 2; i++) { // the stream goes on
            LeaseKeepAliveResponse answer = next(answers);
            assertThat(answer.getID()).isEqualTo(id);
            assertThat(answer.getTTL()).isEqualTo(5);
        }
        keeper.close();
        assertThat(leases.keepAliveOnce(id).get().getTTL()).isEqualTo(5);
        assertThat(leases.timeToLive(
                                id, LeaseOption.builder().withAttachedKeys().build())
                        .get()
                        .getKeys())
                .containsExactly(bytes("leased"));
        leases.revoke(id).get();
        assertThat(kv.get(bytes("leased")).get().getKvs()).isEmpty();
        assertThat(leases.timeToLive(id, LeaseOption.DEFAULT).get().getTTL()).isEqualTo(-1);
    }

    @Test
    void takesLocksOneAfterTheOther() throws Exception {
        Lock locks = client.getLockClient();
        Lease leases = client.getLeaseClient();
        long first = leases.grant(60).get().getID();
        long second = leases.grant(60).get().getID();
        ByteSequence held = locks.lock(bytes("lock"), first).get().getKey();
        CompletableFuture<ByteSequence> waiting =
                locks.lock(bytes("lock"), second).thenApply(answer -> answer.getKey());
        assertThat(text(held)).isEqualTo("lock/" + Long.toHexString(first));
        while (client.getKVClient()
                        .get(bytes("lock/"), GetOption.builder().isPrefix(true).build())
                        .get()
                        .getCount()
                < 2) {
            Thread.onSpinWait(); // until the second one waits in line
        }
        assertThat(waiting).isNotDone();
        locks.unlock(held).get();
        assertThat(text(waiting.get())).isEqualTo("lock/" + Long.toHexString(second));
        leases.revoke(second).get();
    }

    @Test
    void electsLeaders() throws Exception {
        Election elections = client.getElectionClient();
        Lease leases = client.getLeaseClient();
        long first = leases.grant(60).get().getID();
        long second = leases.grant(60).get().getID();
        BlockingQueue<String> leaders = new LinkedBlockingQueue<>();
        CampaignResponse won =
                elections.campaign(bytes("chief"), first, bytes("anna")).get();
        elections.observe(bytes("chief"), new Election.Listener() {
            @Override
            public void onNext(LeaderResponse leader) {
                leaders.add(text(leader.getKv().getValue()));
            }

            @Override
            public void onError(Throwable cause) {
                leaders.add(cause.toString());
            }

            @Override
            public void onCompleted() {}
        });
        assertThat(next(leaders)).isEqualTo("anna");
        elections.proclaim(won.getLeader(), bytes("anna again")).get();
        assertThat(next(leaders)).isEqualTo("anna again");
        assertThat(text(elections.leader(bytes("chief")).get().getKv().getValue()))
                .isEqualTo("anna again");
        CompletableFuture<CampaignResponse> waiting = elections.campaign(bytes("chief"), second, bytes("ben"));
        elections.resign(won.getLeader()).get();
        assertThat(waiting.get().getLeader().getLease()).isEqualTo(second);
        assertThat(next(leaders)).isEqualTo("ben");
        assertThatThrownBy(
                        () -> elections.proclaim(won.getLeader(), bytes("late")).get())
                .hasCauseInstanceOf(NotLeaderException.class);
    }

    private static ByteSequence bytes(String text) {
        return ByteSequence.from(text, StandardCharsets.UTF_8);
    }

    private static String text(ByteSequence bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        return Objects.requireNonNull(queue.poll(30, TimeUnit.SECONDS), "nothing came");
    }

    private static String told(BlockingQueue<WatchEvent> events) throws InterruptedException {
        WatchEvent event = next(events);
        KeyValue now = event.getKeyValue();
        return event.getEventType() + " " + text(now.getKey()) + "=" + text(now.getValue()) + " was "
                + text(event.getPrevKV().getValue());
    }

    private static <T> StreamObserver<T> into(BlockingQueue<T> queue) {
        return new StreamObserver<>() {
            @Override
            public void onNext(T answer) {
                queue.add(answer);
            }

            @Override
            public void onError(Throwable cause) {} // what does not come fails the test

            @Override
            public void onCompleted() {}
        };
    }
}
