/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.CompactionRequest;
import dev.quorate.api.model.DeleteRangeRequest;
import dev.quorate.api.model.EventType;
import dev.quorate.api.model.KeyRange;
import dev.quorate.api.model.KeyValue;
import dev.quorate.api.model.PutRequest;
import dev.quorate.api.model.RequestOp;
import dev.quorate.api.model.ResponseHeader;
import dev.quorate.api.model.TxnRequest;
import dev.quorate.api.model.WatchCreateRequest;
import dev.quorate.api.model.WatchFilter;
import dev.quorate.api.model.WatchResponse;
import dev.quorate.api.platform.Metrics;
import dev.quorate.mvcc.Change;
import dev.quorate.mvcc.RevisionChanges;
import dev.quorate.mvcc.StoreFixture;
import dev.quorate.txn.Txns;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random interleavings of everything that can happen to watches, on one thread, held against {@link WatchModel}. */
class WatchHubModelTest {
    private static final int STEPS = 1500;

    private final FakeHistory history = new FakeHistory();
    private final ArrayDeque<RevisionChanges> published = new ArrayDeque<>();
    private final List<Client> clients = new ArrayList<>();

    /** A real store that goes along, and from which the hub reads then. */
    private @Nullable StoreFixture store;

    private int batchRevisionsMax;

    private final class Client {
        final WatchModel model = new WatchModel(history, batchRevisionsMax);
        final HubStream stream;
        boolean available;

        Client(WatchHub hub) {
            this.stream = hub.open(() -> available = true);
        }

        boolean poll() {
            WatchResponse answer = stream.poll();
            if (answer == null) {
                available = false;
                return false;
            }
            model.take(answer);
            return true;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void everyWatcherHearsExactlyItsSuffix(int group) {
        run(group * 1000L, 60, false);
    }

    @Test
    void everyWatcherOfTheRealStoreHearsExactlyItsSuffix() {
        run(9000, 40, true);
    }

    private static void run(long firstSeed, int runs, boolean real) {
        for (long seed = firstSeed; seed < firstSeed + runs; seed++) {
            try {
                WatchHubModelTest test = new WatchHubModelTest();
                test.store = real ? new StoreFixture() : null;
                test.run(new Random(seed));
            } catch (RuntimeException | AssertionError failure) {
                throw new AssertionError("seed " + seed, failure);
            }
        }
    }

    private void run(Random random) {
        for (int i = random.nextInt(20); i > 0; i--) {
            commit(random);
        }
        published.clear();
        batchRevisionsMax = 1 + random.nextInt(4);
        WatchSettings settings = new WatchSettings(
                500 + random.nextInt(2000),
                random.nextBoolean() ? 150 : 1_000_000,
                batchRevisionsMax,
                1 + random.nextInt(6),
                1 + random.nextInt(300),
                100);
        WatchHub hub = new WatchHub(source(), ResponseHeader::ofRevision, settings, Metrics.NONE, () -> {});
        clients.add(new Client(hub));
        for (int step = 0; step < STEPS; step++) {
            step(hub, random, step);
        }
        published.clear();
        hub.onRestored(source());
        drain(hub);
        for (Client client : clients) {
            for (WatchModel.Heard heard : client.model.watchers.values()) {
                if (!heard.ended) {
                    assertThat(client.model.expected(heard, Long.MAX_VALUE)).isEmpty();
                }
            }
        }
    }

    private void drain(WatchHub hub) {
        boolean more = true;
        while (more) {
            more = hub.pump();
            for (Client client : clients) {
                if (client.available) {
                    more = true;
                    client.poll();
                }
            }
        }
        clients.forEach(client -> assertThat(client.stream.poll()).isNull());
    }

    private void step(WatchHub hub, Random random, int step) {
        Client client = clients.get(random.nextInt(clients.size()));
        int dice = random.nextInt(100);
        if (dice < 25) {
            commit(random);
        } else if (dice < 45) {
            feed(hub, random);
        } else if (dice < 70) {
            for (int i = random.nextInt(6); i > 0 && client.poll(); i--) {}
        } else if (dice < 80) {
            hub.pump();
        } else if (dice < 87) {
            WatchCreateRequest request = request(random);
            client.model.created(request, history.revision());
            client.stream.create(request);
        } else if (dice < 91) {
            List<Long> ids = new ArrayList<>(client.model.watchers.keySet());
            long id = ids.isEmpty() ? 77 : ids.get(random.nextInt(ids.size()));
            client.model.canceled(id);
            client.stream.cancel(id);
        } else if (dice < 94) {
            client.stream.requestProgress();
        } else if (dice < 96) {
            hub.tickProgress(step);
        } else if (dice < 97) {
            long compact = 1L + random.nextInt((int) history.revision());
            if (compact > history.compactRevision()) {
                compact(compact);
            }
        } else if (dice < 98) {
            published.clear();
            hub.onRestored(source());
        } else if (clients.size() < 4) {
            clients.add(new Client(hub));
        } else if (random.nextInt(4) == 0) {
            clients.remove(client);
            client.stream.close();
            assertThat(client.stream.poll()).isNull();
        }
    }

    private void feed(WatchHub hub, Random random) {
        List<RevisionChanges> changes = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0 && !published.isEmpty(); i--) {
            RevisionChanges next = published.poll();
            if (random.nextInt(30) != 0) {
                changes.add(next);
            }
        }
        hub.onCommitted(changes);
    }

    private void commit(Random random) {
        Map<String, String> puts = new TreeMap<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            String value = random.nextInt(3) == 0 ? "" : "v".repeat(1 + random.nextInt(40));
            puts.put(key(random), value);
        }
        RevisionChanges changes = history.commit(puts);
        published.add(store == null ? changes : commitToStore(store, changes));
    }

    private static RevisionChanges commitToStore(StoreFixture store, RevisionChanges changes) {
        List<RequestOp> ops = new ArrayList<>();
        for (Change change : changes.changes()) {
            Bytes value = KeyValue.decode(change.record()).value();
            ops.add(
                    change.type() == EventType.PUT
                            ? PutRequest.of(change.key(), value)
                            : DeleteRangeRequest.of(KeyRange.single(change.key())));
        }
        store.apply(writer -> Txns.write(writer, new TxnRequest(List.of(), ops, List.of())));
        List<RevisionChanges> stored = store.store.writer().takeChanges();
        assertThat(stored).containsExactly(changes);
        return stored.get(0);
    }

    private void compact(long revision) {
        if (store != null) {
            store.apply(writer -> writer.compact(new CompactionRequest(revision, false)));
            store.compactStep(5);
        }
        history.compact(revision);
    }

    private WatchHistory source() {
        return store == null ? history : WatchHistory.of(store.store);
    }

    private static String key(Random random) {
        return String.valueOf((char) ('a' + random.nextInt(6)));
    }

    private WatchCreateRequest request(Random random) {
        String key = key(random);
        KeyRange range = switch (random.nextInt(7)) {
            case 0 -> KeyRange.prefix(Bytes.EMPTY);
            case 1 -> new KeyRange(Bytes.utf8(key), KeyRange.FROM_KEY);
            case 2 -> new KeyRange(Bytes.utf8(key), Bytes.utf8(key(random)));
            case 3 -> new KeyRange(Bytes.EMPTY, Bytes.utf8(key));
            case 4 -> KeyRange.prefix(Bytes.utf8(key));
            default -> KeyRange.single(Bytes.utf8(key));
        };
        long start = switch (random.nextInt(5)) {
            case 0, 1 -> 0;
            case 2 -> history.revision() + random.nextInt(20) - 3;
            case 3 -> random.nextInt((int) history.revision() + 1);
            default -> random.nextInt(20) == 0 ? -1 : 1;
        };
        List<WatchFilter> filters = new ArrayList<>();
        if (random.nextInt(5) == 0) {
            filters.add(WatchFilter.NO_PUT);
        }
        if (random.nextInt(5) == 0) {
            filters.add(WatchFilter.NO_DELETE);
        }
        long id = random.nextInt(3) == 0 ? random.nextInt(9) - 2 : 0;
        // Id -1 is legal, and then nobody can tell its answers from those for the whole stream.
        return new WatchCreateRequest(
                range,
                start,
                random.nextBoolean(),
                filters,
                random.nextBoolean(),
                id == -1 ? 0 : id,
                random.nextBoolean());
    }
}
