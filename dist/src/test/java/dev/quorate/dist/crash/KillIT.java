/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.dist.RealEtcd;
import dev.quorate.dist.ServerProcess;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Kills the server at random moments under sixteen clients, starts it again, and holds everything that it had told them
 * against what it holds then ({@link Inspection}). Now and then it is killed once more while it starts. More by hand:
 * {@code dev/crash --storage h2 --rounds 200}.
 */
class KillIT {
    private static final int CLIENTS = 16;
    private static final int ALONE_REQUESTS = 15;
    private static final int LOAD_REVISIONS_MAX = 2000;
    private static final int LOAD_POLLS_MAX = 20_000; // then it is killed wherever it is
    private static final int START_MILLIS_MAX = 900;

    /** Snapshots, purged files and more than one file of the log within a few rounds. */
    private static final List<String> FLAGS =
            List.of("--snapshot-count=500", "--max-wals=2", "--max-snapshots=2", "--compaction-batch-limit=50");

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path work;

    private final History history = new History();
    private final Set<Long> leases = new HashSet<>();
    private List<Done> done = List.of();
    private long known;

    static List<String> storages() {
        return List.of(System.getProperty("quorate.crash.storage", "rocksdb,h2").split(","));
    }

    @ParameterizedTest
    @MethodSource("storages")
    void keepsWhatItHasTold(String storage) throws IOException, InterruptedException {
        long seed = Long.getLong("quorate.crash.seed", new Random().nextInt(1 << 30));
        int rounds = Integer.getInteger("quorate.crash.rounds", RealEtcd.isDemanded() ? 10 : 4);
        Random random = new Random(seed);
        List<String> flags = new ArrayList<>(FLAGS);
        flags.add("--storage=" + storage);
        long answers = 0;
        long unanswered = 0;
        int round = 0;
        try {
            for (; round <= rounds; round++) {
                if (random.nextInt(6) == 0) {
                    ServerProcess.killWhileStarting(RealEtcd.ours(), work, flags, 1 + random.nextInt(START_MILLIS_MAX));
                }
                ServerProcess server = ServerProcess.start(RealEtcd.ours(), work, flags);
                ManagedChannel channel = channel(server);
                try {
                    answers += new Inspection(channel, history, leases, random).check(done, known);
                    unanswered += done.stream().filter(one -> !one.isAnswered()).count();
                    if (round < rounds) {
                        load(server, "r" + round, random);
                    }
                } finally {
                    channel.shutdownNow();
                    server.kill();
                }
            }
        } catch (AssertionError | RuntimeException | IOException e) {
            throw new AssertionError(
                    "dev/crash --storage " + storage + " --seed " + seed + ", round " + round + ", files in " + work,
                    e);
        }
        assertThat(answers).as("answers that were checked").isGreaterThan(rounds * 20L);
        System.out.printf(
                "%s, seed %d: %d kills, %d answers checked, %d requests without one, revision %d, compacted %d%n",
                storage, seed, rounds, answers, unanswered, history.revision(), history.compactRevision());
    }

    private static ManagedChannel channel(ServerProcess server) {
        return NettyChannelBuilder.forTarget(server.endpoint())
                .usePlaintext()
                .maxInboundMessageSize(Integer.MAX_VALUE)
                .build();
    }

    /** One client does a few things before the others come. */
    private Client alone(ServerProcess server, String name, Random random, AtomicLong told) {
        ManagedChannel channel = channel(server);
        try {
            Random own = new Random(random.nextLong());
            SingleServer way = new SingleServer(channel);
            Client client = new Client(way, name + "alone", own, told, history, List.of(), false);
            client.runAlone(ALONE_REQUESTS);
            return client;
        } finally {
            channel.shutdownNow();
        }
    }

    /** Puts a load on the server, and kills it in the middle. */
    private void load(ServerProcess server, String name, Random random) throws InterruptedException {
        AtomicLong told = new AtomicLong(history.revision());
        List<Long> left = leases.stream().sorted().toList();
        List<Client> clients = new ArrayList<>();
        clients.add(alone(server, name, random, told));
        // The moment of the kill: in revisions, not in time, so that a slow machine does not ask for less.
        long killed = told.get() + 1 + random.nextInt(1 + random.nextInt(LOAD_REVISIONS_MAX));
        List<Thread> threads = new ArrayList<>();
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < CLIENTS; i++) {
            ManagedChannel channel = channel(server);
            List<Long> old = List.copyOf(left.subList(i * left.size() / CLIENTS, (i + 1) * left.size() / CLIENTS));
            SingleServer way = new SingleServer(channel);
            Client client = new Client(way, name + "c" + i, new Random(random.nextLong()), told, history, old, i == 0);
            Thread thread = new Thread(
                    () -> {
                        try {
                            client.run();
                        } finally {
                            channel.shutdownNow();
                        }
                    },
                    name + "c" + i);
            thread.setUncaughtExceptionHandler((which, failure) -> failures.add(failure));
            clients.add(client);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
        for (int i = 0; told.get() < killed && i < LOAD_POLLS_MAX; i++) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
        server.kill();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).as("failures of clients").isEmpty();
        done = new ArrayList<>();
        clients.forEach(client -> done.addAll(client.done()));
        known = told.get();
    }
}
