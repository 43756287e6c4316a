/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.simulation;

import dev.quorate.api.inbound.WatchStream;
import dev.quorate.api.model.Event;
import dev.quorate.api.model.EventType;
import dev.quorate.api.model.KeyRange;
import dev.quorate.api.model.WatchCreateRequest;
import dev.quorate.api.model.WatchResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Clients that watch, each one thing all the time, on one member after the other: each hears of every event once, in
 * order, and none is left out.
 */
final class WatchClients {
    private static final int WATCHERS = 6;

    private final class Watcher {
        private final KeyRange range = KvClients.range(world);
        private long next; // the revision from which it wants events; 0 before it knows
        private @Nullable ServerProcess process;
        private @Nullable WatchStream stream;
        private boolean created;

        /** Watches on a member, from where the last one has ended. */
        void open(ServerProcess on) {
            process = on;
            created = false;
            WatchStream opened = on.services().watches().open(() -> {});
            stream = opened;
            WatchCreateRequest request = WatchCreateRequest.of(range).from(next);
            boolean progress = world.dice(2) == 0;
            opened.create(progress ? new WatchCreateRequest(range, next, true, List.of(), false, 0, false) : request);
        }

        void close() {
            if (stream != null && process != null && process.isUp()) {
                stream.close();
            }
            stream = null;
        }

        void poll() {
            ServerProcess on = process;
            WatchStream open = stream;
            if (on == null || open == null || on.isDead()) {
                stream = null;
                return;
            }
            for (WatchResponse answer = open.poll(); answer != null; answer = open.poll()) {
                take(on, answer);
                if (answer.canceled()) {
                    close();
                    return;
                }
            }
        }

        private void take(ServerProcess on, WatchResponse answer) {
            world.rules().require(!answer.canceled() || answer.compactRevision() > 0, "a watch goes on", on, answer);
            long revision = answer.header().revision();
            if (answer.created()) {
                created = true;
                next = next == 0 ? revision + 1 : next;
            } else if (answer.canceled()) {
                world.rules()
                        .require(
                                next < answer.compactRevision()
                                        && answer.compactRevision()
                                                <= world.revisions().compacted(),
                                "a watch ends only where history was compacted",
                                on,
                                next,
                                answer);
                next = answer.compactRevision();
            } else if (answer.events().isEmpty()) {
                Revisions.Row missed = nextRow(0);
                world.rules()
                        .require(
                                missed == null || missed.main() > revision,
                                "a watcher hears of all events before it is told how far it is",
                                on,
                                revision,
                                String.valueOf(missed));
                next = Math.max(next, revision + 1);
            } else {
                take(on, answer.events());
            }
            world.revisions().tell(revision);
        }

        private void take(ServerProcess on, List<Event> events) {
            long main = 0;
            int within = 0;
            for (Event event : events) {
                heard++;
                if (event.kv().modRevision() == main) {
                    within++;
                } else {
                    next = Math.max(next, main + 1);
                    within = 0;
                    main = event.kv().modRevision();
                }
                Revisions.Row row = nextRow(within);
                world.rules()
                        .require(
                                created && row != null && isOf(event, row),
                                "a watcher hears of each event once, in order",
                                on,
                                next,
                                event,
                                String.valueOf(row));
            }
            next = main + 1; // the rest of a revision never comes later
            if (within + 1 < matching(main).size()) {
                throw world.rules().violated("a watcher hears of a whole revision at once", on, main, within);
            }
        }

        private static boolean isOf(Event event, Revisions.Row row) {
            return row.tombstone()
                    ? event.type() == EventType.DELETE
                            && event.kv().key().equals(row.kv().key())
                            && event.kv().modRevision() == row.main()
                    : event.type() == EventType.PUT && event.kv().equals(row.kv());
        }

        private List<Revisions.Row> matching(long main) {
            return world.revisions().at(main).stream()
                    .filter(row -> range.contains(row.kv().key()))
                    .toList();
        }

        /** Returns what comes next, behind some rows of the same revision; null if there is nothing yet. */
        private Revisions.@Nullable Row nextRow(int within) {
            for (long main = Math.max(2, next); main <= world.revisions().last(); main++) {
                List<Revisions.Row> rows = matching(main);
                if (!rows.isEmpty()) {
                    return within < rows.size() ? rows.get(within) : null;
                }
            }
            return null;
        }
    }

    private final ServerWorld world;
    private final List<Watcher> watchers = new ArrayList<>();
    private int heard;

    WatchClients(ServerWorld world) {
        this.world = world;
        for (int i = 0; i < WATCHERS; i++) {
            watchers.add(new Watcher());
        }
    }

    int heard() {
        return heard;
    }

    /** Lets a watcher look for news; one that watches nowhere, or now and then any, goes to this member. */
    void ask(ServerProcess process) {
        Watcher watcher = watchers.get(world.dice(watchers.size()));
        watcher.poll();
        if (world.dice(60) == 0) {
            watcher.close();
        }
        if (watcher.stream == null) {
            watcher.open(process);
        } else if (world.dice(10) == 0 && watcher.process != null && watcher.process.isUp()) {
            watcher.stream.requestProgress();
        }
    }

    /** Lets all watch that do not, and look for news. Returns whether all have heard of everything. */
    boolean finish(ServerProcess process) {
        boolean done = true;
        for (Watcher watcher : watchers) {
            watcher.poll();
            if (watcher.stream == null) {
                watcher.open(process);
            }
            done &= watcher.created && watcher.nextRow(0) == null;
        }
        return done;
    }
}
