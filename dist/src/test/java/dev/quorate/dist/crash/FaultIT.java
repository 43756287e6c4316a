/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.quorate.dist.RealEtcd;
import dev.quorate.dist.cluster.ClusterProcess;
import dev.quorate.dist.cluster.NamespaceNetwork;
import dev.quorate.dist.cluster.Network;
import dev.quorate.wire.etcdserverpb.HashKVRequest;
import dev.quorate.wire.etcdserverpb.HashKVResponse;
import dev.quorate.wire.etcdserverpb.PutRequest;
import dev.quorate.wire.etcdserverpb.PutResponse;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * One fault after another befalls a cluster under clients at all its members ({@link Fault}); after each, everything
 * that clients were told must be true of what a member holds ({@link Inspection}), and all members hold the same. Where
 * the machine gives network namespaces, members are cut off from one another; elsewhere they are only killed and
 * paused. More by hand: {@code dev/crash --members 3 --rounds 100}.
 */
class FaultIT {
    private static final int CLIENTS = 9;
    private static final int POLLS_MAX = 1200;
    private static final int POLL_MILLIS = 50;

    /** Snapshots to those who come back, a log of several files. */
    private static final List<String> FLAGS =
            List.of("--snapshot-count=300", "--snapshot-catchup-entries=50", "--compaction-batch-limit=50");

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path work;

    private final History history = new History();
    private final Set<Long> leases = new HashSet<>();
    private final AtomicLong told = new AtomicLong(1);
    private final List<ManagedChannel> channels = new ArrayList<>();
    /** What clients asked for since the last look, and what was never answered before. */
    private List<Done> done = new ArrayList<>();

    @Test
    void keepsWhatItHasTold() throws IOException, InterruptedException {
        RealEtcd.programOrSkip("etcdctl");
        long seed = Long.getLong("quorate.crash.seed", new Random().nextInt(1 << 30));
        int rounds = Integer.getInteger("quorate.crash.rounds", 9);
        int members = Integer.getInteger("quorate.crash.members", 3);
        Random random = new Random(seed);
        Network network = network(members);
        List<Fault> faults = new ArrayList<>();
        long answers = 0;
        String round = "start";
        try (ClusterProcess cluster = new ClusterProcess(work, network, FLAGS)) {
            cluster.found(Collections.nCopies(members, RealEtcd.ours()));
            cluster.members().forEach(member -> channels.add(channel(member.endpoint())));
            for (int i = 0; i < rounds; i++) {
                if (faults.isEmpty()) {
                    faults.addAll(possible(network));
                    Collections.shuffle(faults, random);
                }
                Fault fault = faults.remove(faults.size() - 1);
                round = i + " " + fault;
                load(cluster, "r" + i, fault, random);
                settle("r" + i);
                ManagedChannel one = channels.get(random.nextInt(members));
                answers += new Inspection(one, history, leases, random).check(done, told.get());
                assertSameHash();
                done = new ArrayList<>(
                        done.stream().filter(each -> !each.isAnswered()).toList());
            }
        } catch (AssertionError | RuntimeException | IOException e) {
            String call = "dev/crash --members " + members + " --seed " + seed;
            throw new AssertionError(call + ", round " + round + ", files in " + work + ": " + oneLine(e), e);
        } finally {
            channels.forEach(ManagedChannel::shutdownNow);
        }
        assertThat(answers).as("answers that were checked").isGreaterThan(rounds * 20L);
        System.out.printf(
                "%d members, seed %d: %d rounds, %d answers checked, revision %d, compacted %d, cuts: %s%n",
                members, seed, rounds, answers, history.revision(), history.compactRevision(), cuts(network));
    }

    /** A summary of a test run shows only the first line of what went wrong. */
    private static String oneLine(Throwable failure) {
        String text = failure.toString().replaceAll("\\s+", " ");
        return text.substring(0, Math.min(text.length(), 1000));
    }

    private static Network network(int members) throws InterruptedException {
        try {
            return new NamespaceNetwork(members);
        } catch (IOException e) {
            System.out.println("no cuts, as this machine does not give network namespaces: " + e.getMessage());
            return Network.loopback();
        }
    }

    private static boolean cuts(Network network) {
        return network instanceof NamespaceNetwork;
    }

    private static List<Fault> possible(Network network) {
        String only = System.getProperty("quorate.crash.fault", "");
        return List.of(Fault.values()).stream()
                .filter(fault -> cuts(network) || !fault.cuts())
                .filter(fault -> only.isEmpty() || only.equals(fault.name()))
                .toList();
    }

    private static ManagedChannel channel(String endpoint) {
        return NettyChannelBuilder.forTarget(endpoint)
                .usePlaintext()
                .maxInboundMessageSize(Integer.MAX_VALUE)
                .build();
    }

    /** Puts a load on the cluster, and strikes in the middle. */
    private void load(ClusterProcess cluster, String name, Fault fault, Random random)
            throws IOException, InterruptedException {
        AtomicBoolean open = new AtomicBoolean(true);
        List<Long> left = leases.stream().sorted().toList();
        List<Client> clients = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < CLIENTS; i++) {
            List<Long> old = List.copyOf(left.subList(i * left.size() / CLIENTS, (i + 1) * left.size() / CLIENTS));
            ManyServers way = new ManyServers(channels, i, open::get);
            Random own = new Random(random.nextLong());
            Client client = new Client(way, name + "c" + i, own, told, history, old, false);
            Thread thread = new Thread(client::run, name + "c" + i);
            thread.setUncaughtExceptionHandler((which, failure) -> failures.add(failure));
            clients.add(client);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
        try {
            awaitMore(100);
            fault.strike(cluster, random);
            if (fault.cuts()) {
                Fault.heal(cluster);
            }
            awaitMore(100);
        } finally {
            open.set(false);
            for (Thread thread : threads) {
                thread.join();
            }
        }
        assertThat(failures).as("failures of clients").isEmpty();
        clients.forEach(client -> done.addAll(client.done()));
    }

    private void awaitMore(int revisions) throws InterruptedException {
        long target = told.get() + revisions;
        for (int i = 0; told.get() < target; i++) {
            assertThat(i).as("polls without %d more revisions", revisions).isLessThan(POLLS_MAX);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(POLL_MILLIS));
        }
    }

    /** Writes through each member, so that what it still had to pass on is in front. */
    private void settle(String name) throws InterruptedException {
        for (int member = 0; member < channels.size(); member++) {
            for (int i = 0; !settled(member, name + "s" + member + "i" + i); i++) {
                assertThat(i).as("attempts to write through member %d", member).isLessThan(POLLS_MAX);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(POLL_MILLIS));
            }
        }
    }

    private boolean settled(int member, String value) {
        PutRequest put = PutRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8("settled"))
                .setValue(ByteString.copyFromUtf8(value))
                .build();
        long floor = told.get();
        try {
            PutResponse answer = (PutResponse) Rpc.call(channels.get(member), put, 10_000);
            told.accumulateAndGet(answer.getHeader().getRevision(), Math::max);
            done.add(new Done(put, answer, floor));
            return true;
        } catch (StatusRuntimeException e) {
            channels.get(member).resetConnectBackoff();
            done.add(new Done(put, null, floor));
            return false;
        }
    }

    private void assertSameHash() throws InterruptedException {
        HashKVRequest request =
                HashKVRequest.newBuilder().setRevision(history.revision()).build();
        for (ManagedChannel channel : channels) {
            int hash = hash(channel, request);
            assertThat(hash)
                    .as("hash of member %d", channels.indexOf(channel))
                    .isEqualTo(history.hash(history.revision()));
        }
    }

    /** A member that is behind does not know the revision yet. */
    private static int hash(ManagedChannel channel, HashKVRequest request) throws InterruptedException {
        for (int i = 0; ; i++) {
            try {
                return ((HashKVResponse) Rpc.call(channel, request)).getHash();
            } catch (StatusRuntimeException e) {
                if (e.getStatus().getCode() != Status.Code.OUT_OF_RANGE || i == POLLS_MAX) {
                    throw e;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(POLL_MILLIS));
            }
        }
    }
}
