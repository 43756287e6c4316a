/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.Event;
import dev.quorate.api.model.EventType;
import dev.quorate.api.model.KeyRange;
import dev.quorate.api.model.KeyValue;
import dev.quorate.api.model.WatchCreateRequest;
import dev.quorate.api.model.WatchFilter;
import dev.quorate.api.model.WatchResponse;
import dev.quorate.mvcc.Change;
import dev.quorate.mvcc.RevisionChanges;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What a stream must say, the obvious way: each watcher is a request and the revision up to which it has heard
 * everything, and the history is a list. Checks every answer and fails at the first that cannot be.
 */
final class WatchModel {
    /** Nobody knows what was published at the creation. */
    static final long UNKNOWN = -1;

    private final FakeHistory history;
    private final int batchRevisionsMax;

    /** Creations that have no answer yet, in order. */
    private final List<WatchCreateRequest> asked = new ArrayList<>();

    /** What was published when they were made. */
    private final List<Long> askedAt = new ArrayList<>();

    /** Whether their start was compacted then. */
    private final List<Boolean> askedTooLate = new ArrayList<>();

    final Map<Long, Heard> watchers = new TreeMap<>();

    /** How many cancel requests have no answer yet; those of unknown watchers never get one. */
    private final Map<Long, Integer> cancels = new TreeMap<>();

    /** A watcher as the taker sees it. */
    static final class Heard {
        final WatchCreateRequest request;
        long next;
        boolean ended;
        boolean tooLate;
        boolean inFragment;
        int fragmentEvents;

        Heard(WatchCreateRequest request, long next) {
            this.request = request;
            this.next = next;
        }
    }

    WatchModel(FakeHistory history, int batchRevisionsMax) {
        this.history = history;
        this.batchRevisionsMax = batchRevisionsMax;
    }

    void created(WatchCreateRequest request, long published) {
        asked.add(request);
        askedAt.add(published);
        askedTooLate.add(request.startRevision() > 0 && request.startRevision() < history.compactRevision());
    }

    void canceled(long id) {
        cancels.merge(id, 1, Integer::sum);
    }

    boolean isAnswered() {
        return asked.isEmpty();
    }

    void take(WatchResponse answer) {
        if (answer.created()) {
            takeCreated(answer);
        } else if (answer.watchId() == -1) {
            assertThat(answer.events()).isEmpty();
            for (Heard heard : watchers.values()) {
                if (!heard.ended) {
                    assertThat(expected(heard, answer.header().revision())).isEmpty();
                }
            }
        } else {
            Heard heard = Objects.requireNonNull(watchers.get(answer.watchId()), "a watcher nobody made");
            if (answer.canceled()) {
                takeCanceled(answer, heard);
            } else {
                assertThat(heard.ended || heard.tooLate).isFalse();
                takeEvents(answer, heard);
            }
        }
    }

    private void takeCreated(WatchResponse answer) {
        WatchCreateRequest request = asked.remove(0);
        long published = askedAt.remove(0);
        boolean tooLate = askedTooLate.remove(0);
        if (published == UNKNOWN) {
            published = answer.header().revision();
        }
        assertThat(answer.header().revision()).isEqualTo(published);
        assertThat(answer.events()).isEmpty();
        if (request.startRevision() < 0
                || request.range().isEmpty()
                || (request.watchId() != 0 && watchers.containsKey(request.watchId()))) {
            assertThat(answer.watchId()).isEqualTo(-1);
            assertThat(answer.canceled()).isTrue();
            assertThat(answer.cancelReason()).isNotEmpty();
            assertThat(answer.compactRevision()).isZero();
            return;
        }
        assertThat(answer.canceled()).isFalse();
        assertThat(answer.cancelReason()).isEmpty();
        assertThat(watchers).doesNotContainKey(answer.watchId());
        if (request.watchId() != 0) {
            assertThat(answer.watchId()).isEqualTo(request.watchId());
        }
        Heard heard = new Heard(request, request.startRevision() == 0 ? published + 1 : request.startRevision());
        heard.tooLate = tooLate;
        watchers.put(answer.watchId(), heard);
    }

    private void takeCanceled(WatchResponse answer, Heard heard) {
        assertThat(answer.cancelReason()).isEmpty();
        assertThat(answer.events()).isEmpty();
        if (answer.compactRevision() != 0) {
            assertThat(heard.ended).isFalse();
            assertThat(answer.header().revision()).isZero();
            assertThat(answer.compactRevision())
                    .isGreaterThan(heard.next)
                    .isLessThanOrEqualTo(history.compactRevision());
            heard.ended = true;
        } else {
            assertThat(cancels.merge(answer.watchId(), -1, Integer::sum)).isNotNegative();
            watchers.remove(answer.watchId());
        }
    }

    private void takeEvents(WatchResponse answer, Heard heard) {
        long revision = answer.header().revision();
        if (answer.events().isEmpty()) {
            assertThat(heard.request.progressNotify()).isTrue();
            assertThat(revision).isGreaterThanOrEqualTo(heard.request.startRevision());
            assertThat(expected(heard, revision)).isEmpty();
            return;
        }
        List<Change> expected = expected(heard, Long.MAX_VALUE);
        int from = heard.inFragment ? heard.fragmentEvents : 0;
        assertThat(expected).hasSizeGreaterThanOrEqualTo(from + answer.events().size());
        for (int i = 0; i < answer.events().size(); i++) {
            check(answer.events().get(i), expected.get(from + i), heard.request.prevKv());
        }
        assertThat(answer.events().stream()
                        .map(event -> event.kv().modRevision())
                        .distinct()
                        .count())
                .isLessThanOrEqualTo(batchRevisionsMax);
        int told = from + answer.events().size();
        long last = expected.get(told - 1).main();
        assertThat(revision).isGreaterThanOrEqualTo(last);
        heard.inFragment = answer.fragment();
        heard.fragmentEvents = told;
        if (answer.fragment()) {
            assertThat(heard.request.fragment()).isTrue();
            return;
        }
        if (told < expected.size()) {
            assertThat(expected.get(told).main())
                    .as("all of a revision at once")
                    .isGreaterThan(last);
        }
        heard.next = last + 1;
    }

    private void check(Event event, Change change, boolean prevKv) {
        assertThat(event.type()).isEqualTo(change.type());
        assertThat(event.kv()).isEqualTo(KeyValue.decode(change.record()));
        Bytes before = history.recordEver(change.key(), change.main() - 1);
        KeyValue previous = event.prevKv();
        if (previous != null) {
            assertThat(prevKv).isTrue();
            assertThat(before).isNotNull();
            assertThat(previous.encode()).isEqualTo(before);
        } else if (prevKv && before != null) {
            assertThat(change.main() - 1).isLessThan(history.compactRevision());
        }
    }

    /** What a watcher still has to hear up to a revision. */
    List<Change> expected(Heard heard, long upTo) {
        WatchCreateRequest request = heard.request;
        KeyRange range = request.range().key().isEmpty()
                ? new KeyRange(KeyRange.FROM_KEY, request.range().end())
                : request.range();
        List<Change> changes = new ArrayList<>();
        synchronized (history) {
            for (int i = (int) Math.max(0, heard.next - 2); i < history.all.size(); i++) {
                RevisionChanges revision = history.all.get(i);
                if (revision.revision() > upTo) {
                    break;
                }
                for (Change change : revision.changes()) {
                    WatchFilter filter = change.type() == EventType.PUT ? WatchFilter.NO_PUT : WatchFilter.NO_DELETE;
                    if (range.contains(change.key()) && !request.filters().contains(filter)) {
                        changes.add(change);
                    }
                }
            }
        }
        return changes;
    }
}
