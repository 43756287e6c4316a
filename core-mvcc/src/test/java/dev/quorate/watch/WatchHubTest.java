/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.Event;
import dev.quorate.api.model.EventType;
import dev.quorate.api.model.KeyRange;
import dev.quorate.api.model.KeyValue;
import dev.quorate.api.model.ResponseHeader;
import dev.quorate.api.model.WatchCreateRequest;
import dev.quorate.api.model.WatchFilter;
import dev.quorate.api.model.WatchResponse;
import dev.quorate.api.platform.Metrics;
import dev.quorate.mvcc.RevisionChanges;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The rules of watches one by one, as etcd v3.7.1 has them. */
class WatchHubTest {
    private static final WatchSettings SETTINGS = new WatchSettings(1 << 20, 400, 1000, 8192, 1 << 20, 1000);

    private final FakeHistory history = new FakeHistory();
    private final List<String> calls = new ArrayList<>();
    private final WatchHub hub = hub(SETTINGS);
    private final HubStream stream = hub.open(() -> calls.add("available"));

    private WatchHub hub(WatchSettings settings) {
        return new WatchHub(
                history,
                revision -> new ResponseHeader(11, 22, revision, 33),
                settings,
                Metrics.NONE,
                () -> calls.add("work"));
    }

    private static WatchCreateRequest watch(String key) {
        return WatchCreateRequest.of(KeyRange.single(Bytes.utf8(key)));
    }

    private static WatchCreateRequest watchId(String key, long id) {
        return new WatchCreateRequest(KeyRange.single(Bytes.utf8(key)), 0, false, List.of(), false, id, false);
    }

    private void commit(RevisionChanges... changes) {
        hub.onCommitted(List.of(changes));
    }

    private WatchResponse next() {
        WatchResponse answer = stream.poll();
        if (answer == null) {
            throw new AssertionError("nothing came");
        }
        return answer;
    }

    private void assertNothing() {
        assertThat(stream.poll()).isNull();
    }

    private static List<String> told(WatchResponse answer) {
        return answer.events().stream()
                .map(event -> event.type() + " " + event.kv().key().toUtf8() + "@"
                        + event.kv().modRevision())
                .toList();
    }

    @Test
    void aCreationIsAnsweredWithTheCurrentRevisionAndAnIdFromZeroOn() {
        history.put("x", "1");
        hub.onRestored(history);
        stream.create(watch("a"));
        stream.create(watchId("a", 1));
        stream.create(watch("a"));
        assertThat(next())
                .satisfies(answer -> assertThat(answer.header()).isEqualTo(new ResponseHeader(11, 22, 2, 33)))
                .satisfies(answer -> assertThat(answer.created()).isTrue())
                .satisfies(answer -> assertThat(answer.canceled()).isFalse())
                .satisfies(answer -> assertThat(answer.watchId()).isZero());
        assertThat(next().watchId()).isEqualTo(1);
        assertThat(next().watchId()).isEqualTo(2);
    }

    @Test
    void failedCreationsAnswerOnTheStreamWithIdMinusOne() {
        stream.create(watchId("a", 5));
        next();
        stream.create(watchId("b", 5));
        stream.create(WatchCreateRequest.of(new KeyRange(Bytes.utf8("b"), Bytes.utf8("a"))));
        stream.create(watch("a").from(-1));
        stream.reject("rpc error: code = PermissionDenied desc = etcdserver: permission denied");
        for (String reason : List.of(
                "mvcc: duplicate watch ID provided on the WatchStream",
                "mvcc: watcher range is empty",
                "etcdserver: mvcc: required revision has been compacted",
                "rpc error: code = PermissionDenied desc = etcdserver: permission denied")) {
            WatchResponse answer = next();
            assertThat(answer.watchId()).isEqualTo(-1);
            assertThat(answer.created()).isTrue();
            assertThat(answer.canceled()).isTrue();
            assertThat(answer.compactRevision()).isZero();
            assertThat(answer.cancelReason()).isEqualTo(reason);
        }
        commit(history.put("a", "1"));
        assertThat(told(next())).containsExactly("PUT a@2");
    }

    @Test
    void eventsOfARevisionComeTogetherInOrderWithThatRevision() {
        stream.create(WatchCreateRequest.of(KeyRange.prefix(Bytes.utf8("k"))));
        next();
        commit(history.commit(Map.of("k2", "1", "k1", "1", "x", "1")), history.delete("k1"));
        WatchResponse first = next();
        assertThat(told(first)).containsExactly("PUT k1@2", "PUT k2@2");
        assertThat(first.header().revision()).isEqualTo(2);
        WatchResponse second = next();
        assertThat(told(second)).containsExactly("DELETE k1@3");
        assertThat(second.events().get(0).kv()).isEqualTo(new KeyValue(Bytes.utf8("k1"), 0, 3, 0, Bytes.EMPTY, 0));
        assertNothing();
    }

    @Test
    void thePastComesFromTheStoreAndGoesOverIntoThePresent() {
        commit(history.put("a", "1"), history.put("b", "1"), history.put("a", "2"));
        stream.create(watch("a").from(2));
        assertThat(next().header().revision()).isEqualTo(4);
        assertThat(calls).contains("work");
        commit(history.put("a", "3"));
        assertNothing();
        assertThat(hub.pump()).isFalse();
        WatchResponse past = next();
        assertThat(told(past)).containsExactly("PUT a@2", "PUT a@4", "PUT a@5");
        assertThat(past.header().revision()).isEqualTo(5);
        commit(history.put("a", "4"));
        assertThat(told(next())).containsExactly("PUT a@6");
    }

    @Test
    void anAnswerFromThePastTellsAtMostSoManyRevisions() {
        for (int i = 0; i < 2500; i++) {
            commit(history.put("a", "1"));
        }
        stream.create(watch("a").from(1));
        next();
        assertThat(hub.pump()).isFalse();
        assertThat(next().events()).hasSize(1000);
        assertThat(next().events()).hasSize(1000);
        WatchResponse last = next();
        assertThat(last.events()).hasSize(500);
        assertThat(last.header().revision()).isEqualTo(2501);
    }

    @Test
    void theFutureIsAwaited() {
        stream.create(watch("a").from(4));
        next();
        commit(history.put("a", "1"), history.put("a", "2"), history.put("a", "3"));
        assertThat(told(next())).containsExactly("PUT a@4");
        assertNothing();
    }

    @Test
    void aWatcherMadeBetweenPublicationAndDispatchHearsOnlyWhatComesAfter() {
        RevisionChanges published = history.put("a", "1");
        stream.create(watch("a"));
        stream.create(watch("a").from(2));
        assertThat(next().header().revision()).isEqualTo(2);
        next();
        commit(published);
        WatchResponse answer = next();
        assertThat(answer.watchId()).isEqualTo(1);
        assertThat(told(answer)).containsExactly("PUT a@2");
        commit(history.put("a", "2"));
        assertThat(List.of(next().watchId(), next().watchId())).containsExactlyInAnyOrder(0L, 1L);
        assertNothing();
    }

    @Test
    void aCompactedStartIsCreatedAndThenCanceledWithoutReason() {
        commit(history.put("a", "1"), history.put("a", "2"), history.put("a", "3"));
        history.compact(3);
        stream.create(watch("a").from(2));
        stream.create(watch("a").from(3));
        assertThat(next().canceled()).isFalse();
        assertThat(next().canceled()).isFalse();
        hub.pump();
        WatchResponse canceled = next();
        assertThat(canceled.watchId()).isZero();
        assertThat(canceled.canceled()).isTrue();
        assertThat(canceled.created()).isFalse();
        assertThat(canceled.compactRevision()).isEqualTo(3);
        assertThat(canceled.cancelReason()).isEmpty();
        assertThat(canceled.header().revision()).isZero();
        assertThat(canceled.header().clusterId()).isEqualTo(11);
        assertThat(told(next())).containsExactly("PUT a@3", "PUT a@4");
        stream.create(watchId("a", 0));
        assertThat(next().watchId()).isEqualTo(2);
        stream.cancel(0);
        assertThat(next().canceled()).as("the id is taken until it is canceled").isTrue();
    }

    @Test
    void aCompactedStartIsCanceledEvenIfItIsNotDispatchedYet() {
        RevisionChanges first = history.put("a", "1");
        RevisionChanges second = history.put("a", "2");
        history.compact(3);
        stream.create(watch("a").from(2));
        commit(first, second);
        hub.pump();
        assertThat(next().created()).isTrue();
        assertThat(next().compactRevision()).isEqualTo(3);
        assertNothing();
    }

    @Test
    void filtersMakeEventsVanishAndEmptyAnswersAreNotSent() {
        stream.create(new WatchCreateRequest(
                KeyRange.prefix(Bytes.EMPTY), 0, false, List.of(WatchFilter.NO_PUT), false, 0, false));
        stream.create(new WatchCreateRequest(
                KeyRange.prefix(Bytes.EMPTY), 0, false, List.of(WatchFilter.NO_DELETE), false, 0, false));
        stream.create(new WatchCreateRequest(
                KeyRange.prefix(Bytes.EMPTY),
                0,
                false,
                List.of(WatchFilter.NO_DELETE, WatchFilter.NO_PUT),
                false,
                0,
                false));
        next();
        next();
        next();
        commit(history.put("a", "1"), history.delete("a"));
        WatchResponse put = next();
        assertThat(put.watchId()).isEqualTo(1);
        assertThat(told(put)).containsExactly("PUT a@2");
        WatchResponse delete = next();
        assertThat(delete.watchId()).isZero();
        assertThat(told(delete)).containsExactly("DELETE a@3");
        assertNothing();
    }

    @Test
    void previousValuesAreToldUnlessCreatedOrCompacted() {
        commit(history.put("a", "1"), history.put("a", "2"), history.delete("a"), history.put("a", "3"));
        stream.create(new WatchCreateRequest(KeyRange.single(Bytes.utf8("a")), 3, false, List.of(), true, 0, false));
        next();
        history.compact(3);
        hub.pump();
        List<Event> events = next().events();
        assertThat(events.get(0).prevKv()).as("at revision 2, compacted").isNull();
        assertThat(events.get(1).type()).isEqualTo(EventType.DELETE);
        assertThat(events.get(1).prevKv()).isEqualTo(new KeyValue(Bytes.utf8("a"), 2, 3, 2, Bytes.utf8("2"), 0));
        assertThat(events.get(2).prevKv()).as("created").isNull();
        commit(history.put("a", "4"));
        assertThat(next().events().get(0).prevKv())
                .isEqualTo(new KeyValue(Bytes.utf8("a"), 5, 5, 1, Bytes.utf8("3"), 0));
    }

    @Test
    void eventsAreEncodedOnceForAllWatchers() {
        stream.create(watch("a"));
        stream.create(WatchCreateRequest.of(KeyRange.prefix(Bytes.EMPTY)));
        stream.create(watch("a"));
        for (int i = 0; i < 3; i++) {
            next();
        }
        commit(history.put("a", "1"));
        List<WatchResponse> answers = List.of(next(), next(), next());
        Bytes first = answers.get(0).events().encoded().get(0);
        answers.forEach(answer -> assertThat(answer.events().encoded().get(0)).isSameAs(first));
    }

    @Test
    void largeAnswersAreFragmentedForThoseWhoWantIt() {
        stream.create(new WatchCreateRequest(KeyRange.prefix(Bytes.EMPTY), 0, false, List.of(), false, 0, true));
        stream.create(WatchCreateRequest.of(KeyRange.prefix(Bytes.EMPTY)));
        next();
        next();
        String value = "v".repeat(150);
        commit(history.commit(Map.of("a", value, "b", value, "c", value, "d", value, "e", value)));
        List<WatchResponse> answers = new ArrayList<>();
        for (WatchResponse answer = stream.poll(); answer != null; answer = stream.poll()) {
            answers.add(answer);
        }
        assertThat(answers.stream().filter(answer -> answer.watchId() == 1).map(WatchHubTest::told))
                .containsExactly(List.of("PUT a@2", "PUT b@2", "PUT c@2", "PUT d@2", "PUT e@2"));
        List<WatchResponse> pieces =
                answers.stream().filter(answer -> answer.watchId() == 0).toList();
        assertThat(pieces.stream().map(WatchHubTest::told))
                .containsExactly(List.of("PUT a@2", "PUT b@2"), List.of("PUT c@2", "PUT d@2"), List.of("PUT e@2"));
        assertThat(pieces.stream().map(WatchResponse::fragment)).containsExactly(true, true, false);
    }

    @Test
    void progressIsToldOnRequestIfEveryWatcherIsSynced() {
        stream.requestProgress();
        assertNothing();
        stream.create(watch("a"));
        next();
        commit(history.put("b", "1"));
        stream.requestProgress();
        WatchResponse progress = next();
        assertThat(progress.watchId()).isEqualTo(-1);
        assertThat(progress.header().revision()).isEqualTo(2);
        assertThat(progress.created() || progress.canceled()).isFalse();
        assertThat(progress.events()).isEmpty();

        stream.create(watch("a").from(1));
        next();
        stream.requestProgress();
        assertNothing();
        hub.pump();
        assertNothing();
        stream.requestProgress();
        assertThat(next().watchId()).isEqualTo(-1);

        stream.create(watch("a").from(9));
        next();
        stream.requestProgress();
        assertNothing();
    }

    @Test
    void progressWaitsForRevisionsThatArePublishedButNotDispatched() {
        stream.create(watch("a"));
        next();
        RevisionChanges published = history.put("a", "1");
        stream.requestProgress();
        assertNothing();
        commit(published);
        assertThat(told(next())).containsExactly("PUT a@2");
        WatchResponse progress = next();
        assertThat(progress.watchId()).isEqualTo(-1);
        assertThat(progress.header().revision()).isEqualTo(2);
        assertNothing();
    }

    @Test
    void quietWatchersAreToldTheRevisionNowAndThen() {
        stream.create(new WatchCreateRequest(KeyRange.single(Bytes.utf8("a")), 0, true, List.of(), false, 0, false));
        stream.create(watch("a"));
        next();
        next();
        hub.tickProgress(0);
        hub.tickProgress(900);
        assertNothing();
        hub.tickProgress(1100);
        WatchResponse progress = next();
        assertThat(progress.watchId()).isZero();
        assertThat(progress.header().revision()).isEqualTo(1);
        assertThat(progress.events()).isEmpty();
        assertNothing();
        commit(history.put("a", "1"));
        next();
        next();
        hub.tickProgress(2200);
        assertNothing();
        hub.tickProgress(3300);
        assertThat(next().header().revision()).isEqualTo(2);
        assertNothing();
    }

    @Test
    void cancelingAnUnknownWatcherIsIgnored() {
        stream.cancel(3);
        assertNothing();
        stream.create(watch("a"));
        next();
        commit(history.put("a", "1"));
        stream.cancel(0);
        commit(history.put("a", "2"));
        assertThat(told(next())).containsExactly("PUT a@2");
        WatchResponse canceled = next();
        assertThat(canceled.canceled()).isTrue();
        assertThat(canceled.cancelReason()).isEmpty();
        assertThat(canceled.header().revision()).isEqualTo(2);
        assertNothing();
    }

    @Test
    void aSlowTakerCostsBoundedMemoryAndLosesNothing() {
        WatchHub small = hub(new WatchSettings(10_000, 1 << 20, 1000, 50, 5_000, 1000));
        HubStream slow = small.open(() -> {});
        slow.create(WatchCreateRequest.of(KeyRange.prefix(Bytes.EMPTY)));
        String value = "v".repeat(1000);
        for (int i = 0; i < 500; i++) {
            small.onCommitted(List.of(history.put("k" + i % 10, value)));
            assertThat(small.pump()).isFalse();
        }
        int waiting = 0;
        List<Long> revisions = new ArrayList<>();
        for (WatchResponse answer = slow.poll(); answer != null; answer = slow.poll()) {
            answer.events().forEach(event -> revisions.add(event.kv().modRevision()));
            waiting++;
        }
        assertThat(waiting).isLessThan(15);
        while (small.pump() || revisions.size() < 500) {
            for (WatchResponse answer = slow.poll(); answer != null; answer = slow.poll()) {
                answer.events().forEach(event -> revisions.add(event.kv().modRevision()));
            }
        }
        assertThat(revisions).hasSize(500).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void aSlowTakerWhosePastIsCompactedIsTold() {
        WatchHub small = hub(new WatchSettings(100, 1 << 20, 1000, 50, 5_000, 1000));
        HubStream slow = small.open(() -> {});
        slow.create(watch("a"));
        for (int i = 0; i < 10; i++) {
            small.onCommitted(List.of(history.put("a", "1")));
        }
        history.compact(11);
        List<WatchResponse> answers = new ArrayList<>();
        for (boolean more = true; more; ) {
            more = false;
            for (WatchResponse answer = slow.poll(); answer != null; answer = slow.poll()) {
                answers.add(answer);
            }
            small.pump();
            more = answers.isEmpty() || !answers.get(answers.size() - 1).canceled();
        }
        assertThat(answers.get(answers.size() - 1).compactRevision()).isEqualTo(11);
    }

    @Test
    void oneReadingOfThePastServesManyWatchers() {
        for (int i = 0; i < 100; i++) {
            commit(history.put("k" + i % 10, "1"));
        }
        for (int i = 0; i < 200; i++) {
            stream.create(watch("k" + i % 10).from(1));
        }
        assertThat(hub.pump()).isFalse();
        assertThat(history.readings).isEqualTo(1);
        assertThat(history.shown).isEqualTo(100);
    }

    @Test
    void watchersThatComeBackInAnyOrderShareReadings() {
        for (int i = 0; i < 1000; i++) {
            commit(history.put("k" + i % 10, "1"));
        }
        for (int start = 1000; start > 1; start -= 3) {
            stream.create(watch("k1").from(start));
        }
        assertThat(hub.pump()).isFalse();
        assertThat(history.readings).isEqualTo(1);
    }

    @Test
    void oneThatBeginsFarBackHoldsNobodyUp() {
        for (int i = 0; i < 50_000; i++) {
            commit(history.put("k" + i % 10, "1"));
        }
        stream.create(watch("k1").from(1));
        stream.create(watch("k1").from(49_990));
        next();
        next();
        hub.pump();
        hub.pump();
        List<Long> heard = new ArrayList<>();
        for (WatchResponse answer = stream.poll(); answer != null; answer = stream.poll()) {
            heard.add(answer.watchId());
        }
        assertThat(heard).contains(1L);
    }

    @Test
    void aRestoredStoreIsReadFromWhereWatchersStand() {
        stream.create(watch("a"));
        stream.create(watch("a").from(5));
        next();
        next();
        commit(history.put("a", "1"));
        assertThat(next().watchId()).isZero();
        history.put("a", "2");
        history.put("b", "3");
        hub.onRestored(history);
        hub.pump();
        assertThat(told(next())).containsExactly("PUT a@3");
        commit(history.put("a", "4"));
        assertThat(told(next())).containsExactly("PUT a@5");
        assertThat(told(next())).containsExactly("PUT a@5");
        assertNothing();
    }

    @Test
    void theTakerIsCalledOnlyAfterItFoundNothing() {
        calls.clear();
        stream.create(watch("a"));
        assertThat(calls).containsExactly("available");
        commit(history.put("a", "1"));
        assertThat(calls).hasSize(1);
        next();
        next();
        assertThat(calls).hasSize(1);
        assertNothing();
        commit(history.put("a", "2"), history.put("a", "3"));
        assertThat(calls).hasSize(2);
    }

    @Test
    void aClosedStreamSaysNothingMore() {
        stream.create(watch("a"));
        stream.close();
        commit(history.put("a", "1"));
        assertNothing();
        stream.create(watch("a"));
        stream.requestProgress();
        stream.reject("late");
        assertNothing();
    }
}
