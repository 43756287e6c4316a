/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.KeyRange;
import dev.quorate.api.model.ResponseHeader;
import dev.quorate.api.model.WatchCreateRequest;
import dev.quorate.api.model.WatchResponse;
import dev.quorate.api.platform.Metrics;
import dev.quorate.mvcc.RevisionChanges;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/**
 * Clients that create, cancel and poll while another thread commits and dispatches, held against {@link WatchModel}.
 */
class WatchHubThreadsTest {
    private static final int COMMITS = 800;
    private static final int CLIENTS = 3;
    private static final long IDLE_ROUNDS_MAX = 5_000_000;

    private final FakeHistory history = new FakeHistory();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final AtomicInteger running = new AtomicInteger(CLIENTS);
    private volatile boolean committed;

    @Test
    void nothingIsMissedOrHeardTwiceWhileOthersCommit() throws InterruptedException {
        WatchHub hub = new WatchHub(
                history,
                ResponseHeader::ofRevision,
                new WatchSettings(4000, 1 << 20, 50, 100, 4000, 1000),
                Metrics.NONE,
                () -> {});
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            long seed = i;
            Thread client = new Thread(() -> runClient(hub, new Random(seed)), "client-" + i);
            client.setDaemon(true);
            client.start();
            clients.add(client);
        }
        Random random = new Random(77);
        for (int i = 0; i < COMMITS; i++) {
            List<RevisionChanges> changes = new ArrayList<>();
            for (int j = random.nextInt(3); j >= 0; j--) {
                changes.add(history.put("k" + random.nextInt(5), "v".repeat(random.nextInt(50) + 1)));
            }
            hub.onCommitted(changes);
            hub.pump();
        }
        committed = true;
        while (running.get() > 0) {
            hub.pump();
            Thread.onSpinWait();
        }
        for (Thread client : clients) {
            client.join();
        }
        assertThat(failure.get()).isNull();
    }

    private void runClient(WatchHub hub, Random random) {
        try {
            HubStream stream = hub.open(() -> {});
            WatchModel model = new WatchModel(history, 50);
            int wanted = 0;
            long idle = 0;
            while (!isDone(model)) {
                idle = committed ? idle + 1 : 0;
                if (idle > IDLE_ROUNDS_MAX) {
                    throw new AssertionError("something never came");
                }
                if (!committed && random.nextInt(20) == 0 && wanted < 50) {
                    WatchCreateRequest request = request(random);
                    model.created(request, WatchModel.UNKNOWN);
                    stream.create(request);
                    wanted++;
                }
                if (random.nextInt(100) == 0 && model.watchers.size() > 3) {
                    long id = new ArrayList<>(model.watchers.keySet()).get(random.nextInt(model.watchers.size()));
                    model.canceled(id);
                    stream.cancel(id);
                }
                if (random.nextInt(50) == 0) {
                    stream.requestProgress();
                }
                for (WatchResponse answer = stream.poll(); answer != null; answer = stream.poll()) {
                    model.take(answer);
                    idle = 0;
                }
            }
            stream.close();
        } catch (RuntimeException | AssertionError e) {
            failure.compareAndSet(null, e);
        } finally {
            running.decrementAndGet();
        }
    }

    private boolean isDone(WatchModel model) {
        return committed
                && model.isAnswered()
                && model.watchers.values().stream()
                        .allMatch(heard -> model.expected(heard, Long.MAX_VALUE).isEmpty());
    }

    private WatchCreateRequest request(Random random) {
        String key = "k" + random.nextInt(5);
        KeyRange range = random.nextBoolean() ? KeyRange.single(Bytes.utf8(key)) : KeyRange.prefix(Bytes.utf8("k"));
        long start = random.nextBoolean() ? 0 : Math.max(0, history.revision() + 3 - random.nextInt(200));
        return new WatchCreateRequest(range, start, false, List.of(), random.nextInt(8) == 0, 0, false);
    }
}
