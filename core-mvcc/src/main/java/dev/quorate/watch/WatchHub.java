/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.watch;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.error.EtcdError;
import dev.quorate.api.error.EtcdException;
import dev.quorate.api.inbound.Watches;
import dev.quorate.api.model.Events;
import dev.quorate.api.model.KeyRange;
import dev.quorate.api.model.ResponseHeader;
import dev.quorate.api.model.WatchCreateRequest;
import dev.quorate.api.model.WatchResponse;
import dev.quorate.api.platform.Metrics;
import dev.quorate.mvcc.Change;
import dev.quorate.mvcc.RevisionChanges;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongFunction;
import org.apiguardian.api.API;

/**
 * Brings the changes of a member's store to its watchers.
 *
 * <p>One thread at a time, the dispatcher, calls {@link #onCommitted}, {@link #pump} and {@link #onRestored};
 * everything else is thread-safe.
 *
 * <pre>{@code
 * while (running) {
 *     hub.onCommitted(changes.take());           // in order, after they were published
 *     while (hub.pump() && changes.isEmpty()) {} // one piece of the past for those who lag
 * }
 * }</pre>
 *
 * <p>Revisions may be left out of what is fed, for instance because the dispatcher's own queue is full: the hub sees
 * the gap and reads it from the store. After a gap at the end of which nothing comes, call {@link #onRestored}.
 *
 * <p>The hand-over. Three revisions: <i>told</i> ≤ <i>claimed</i> ≤ <i>published</i>. The store publishes a revision
 * before the hub gets it. The hub claims it, which fixes who hears it: exactly the watchers that are synced at that
 * moment. Then, without the lock, it encodes events and reads previous values; then the answers go into the queues, and
 * the revision is told. A new watcher wants revisions from the next one after the published revision on, or from its
 * start revision; if that lies above the claimed revision, it is synced at once, and what lies between claimed and
 * wanted is held back from it one by one; else it lags, and {@link #pump} brings it everything up to the told revision,
 * which is then the claimed one, because the same thread claims and pumps. So nothing is missed and nothing comes
 * twice.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class WatchHub implements Watches {
    private static final long NO_WATCHER = -1;

    /** How many watchers share one reading of the past. */
    private static final int PASS_WATCHERS_MAX = 512;

    /** How many requests for progress may wait in a stream; more are ignored. */
    private static final int PROGRESS_REQUESTS_MAX = 128;

    private final LongFunction<ResponseHeader> headers;
    private final WatchSettings settings;
    private final Runnable onWork;

    private final Object lock = new Object();
    private final WatcherIndex synced = new WatcherIndex();

    /** Those that lag and whose stream may have room, the one that waits longest first. */
    private final Set<Watcher> lagging = new LinkedHashSet<>();

    private final Set<HubStream> streams = new LinkedHashSet<>();
    private final Set<HubStream> awaitingProgress = new LinkedHashSet<>();
    private WatchHistory history;

    /** The last revision of which it is fixed who hears it. */
    private long claimed;

    /** The last revision that lies in the queues. */
    private long told;

    private long streamsOpened;

    /** Whom to call when the lock is released. */
    private List<Runnable> calls = List.of();

    /** Whether {@link #onWork} is among them. */
    private boolean workCalled;

    /** Streams that were full and are not any more. */
    private final Queue<HubStream> roomAgain = new ConcurrentLinkedQueue<>();

    private final LongAdder watcherCount = new LongAdder();
    private final LongAdder slowCount = new LongAdder();
    private final LongAdder pendingEvents = new LongAdder();
    private final Metrics.Counter eventsTaken;

    /**
     * Creates a hub that stands at the published revision.
     *
     * @param history what watches read of the store
     * @param headers makes the header of an answer from a revision; called with a lock held, must not block
     * @param settings bounds and times
     * @param metrics takes counts
     * @param onWork called on any thread when {@link #pump} has something to do after it had nothing; must return at
     *     once
     */
    public WatchHub(
            WatchHistory history,
            LongFunction<ResponseHeader> headers,
            WatchSettings settings,
            Metrics metrics,
            Runnable onWork) {
        this.history = history;
        this.headers = headers;
        this.settings = settings;
        this.onWork = onWork;
        claimed = history.revision();
        told = claimed;
        metrics.gauge("etcd_debugging_mvcc_watch_stream_total", "Total number of watch streams.", this::streamCount);
        metrics.gauge("etcd_debugging_mvcc_watcher_total", "Total number of watchers.", watcherCount::sum);
        metrics.gauge(
                "etcd_debugging_mvcc_slow_watcher_total", "Total number of unsynced slow watchers.", slowCount::sum);
        metrics.gauge(
                "etcd_debugging_mvcc_pending_events_total",
                "Total number of pending events to be sent.",
                pendingEvents::sum);
        eventsTaken =
                metrics.counter("etcd_debugging_mvcc_events_total", "Total number of events sent by this member.");
    }

    private double streamCount() {
        synchronized (lock) {
            return streams.size();
        }
    }

    @Override
    public HubStream open(Runnable onAvailable) {
        synchronized (lock) {
            long tenth = settings.progressNanos() / 10;
            long jitter = tenth <= 0 ? 0 : Math.floorMod(streamsOpened++ * 0x9E3779B97F4A7C15L, tenth);
            HubStream stream =
                    new HubStream(this, onAvailable, settings.queueBytesMax(), settings.progressNanos() + jitter);
            streams.add(stream);
            return stream;
        }
    }

    /**
     * Takes what has changed. Known revisions are ignored.
     *
     * @param changes the changes by revision, published already
     */
    public void onCommitted(List<RevisionChanges> changes) {
        for (RevisionChanges revision : changes) {
            tell(revision);
        }
        call();
    }

    private void tell(RevisionChanges changes) {
        long revision = changes.revision();
        List<WatcherGroup> groups;
        List<EventCuts> cuts = new ArrayList<>(1);
        synchronized (lock) {
            if (revision <= claimed) {
                return;
            }
            if (revision > claimed + 1) {
                leaveBehind(revision - 1);
            }
            claimed = revision;
            groups = match(changes.changes());
            if (groups.isEmpty()) {
                told(revision);
                return;
            }
            for (WatcherGroup group : groups) {
                cuts.add(group.takeMatched());
            }
        }
        for (int i = 0; i < cuts.size(); i++) {
            cuts.get(i).prepare();
        }
        synchronized (lock) {
            ResponseHeader header = headers.apply(revision);
            for (int i = 0; i < cuts.size(); i++) {
                tell(groups.get(i), cuts.get(i), header);
            }
            told(revision);
        }
    }

    /** Finds the groups that hear some changes, and leaves the changes in them. */
    private List<WatcherGroup> match(List<Change> changes) {
        if (synced.isEmpty()) {
            return List.of();
        }
        List<WatcherGroup> touched = new ArrayList<>();
        for (Change change : changes) {
            EventSource source = new EventSource(change, history);
            synced.find(change.key(), group -> {
                if (group.isUntouched()) {
                    touched.add(group);
                }
                group.matched(source);
            });
        }
        return touched;
    }

    private void tell(WatcherGroup group, EventCuts cuts, ResponseHeader header) {
        long revision = header.revision();
        // Backwards: a watcher that is taken out gets replaced by one that was seen already.
        for (int i = group.watchers.size() - 1; i >= 0; i--) {
            Watcher watcher = group.watchers.get(i);
            if (watcher.nextRevision > revision) {
                continue;
            }
            for (EventCuts.Cut cut : cuts.of(watcher.variant, revision, settings.batchRevisionsMax())) {
                if (!offer(watcher, cut, header)) {
                    synced.remove(watcher);
                    watcher.nextRevision = revision;
                    slowCount.increment();
                    park(watcher);
                }
            }
        }
    }

    /** Says that everything up to a revision lies in the queues. */
    private void told(long revision) {
        told = revision;
        if (!awaitingProgress.isEmpty()) {
            for (Iterator<HubStream> streamsLeft = awaitingProgress.iterator(); streamsLeft.hasNext(); ) {
                HubStream stream = streamsLeft.next();
                if (stream.progressRevision <= told) {
                    streamsLeft.remove();
                    for (; stream.progressRequests > 0; stream.progressRequests--) {
                        answerProgress(stream);
                    }
                }
            }
        }
    }

    /**
     * Reads one piece of the past for watchers that lag and have room for answers.
     *
     * @return whether there is more to do now
     */
    public boolean pump() {
        PastPiece piece;
        synchronized (lock) {
            for (HubStream stream = roomAgain.poll(); stream != null; stream = roomAgain.poll()) {
                stream.parked.forEach(watcher -> {
                    watcher.state = Watcher.State.LAGGING;
                    lagging.add(watcher);
                });
                stream.parked.clear();
            }
            piece = choosePiece();
        }
        if (!piece.isEmpty()) {
            boolean read = piece.read();
            synchronized (lock) {
                if (read) {
                    tell(piece);
                } else if (!cancelCompacted(piece.watchers())) {
                    throw new EtcdException(EtcdError.COMPACTED);
                }
            }
        }
        call();
        synchronized (lock) {
            return !lagging.isEmpty() || !roomAgain.isEmpty();
        }
    }

    /**
     * Chooses who goes along in the next piece: the one that waits longest, and those behind it in line that stand
     * further on, or not far before it; so that watchers which come back in any order share readings, and one that
     * begins far back holds nobody up.
     */
    private PastPiece choosePiece() {
        List<Watcher> ready = new ArrayList<>();
        long compactRevision = history.compactRevision();
        for (Iterator<Watcher> left = lagging.iterator(); left.hasNext() && ready.size() < PASS_WATCHERS_MAX; ) {
            Watcher watcher = left.next();
            if (watcher.nextRevision < compactRevision) {
                left.remove();
                endCompacted(watcher, compactRevision);
            } else if (!watcher.stream.queue.hasRoom()) {
                left.remove();
                park(watcher);
            } else {
                ready.add(watcher);
            }
        }
        long start = Long.MAX_VALUE;
        for (Watcher watcher : ready) {
            if (watcher.nextRevision >= ready.get(0).nextRevision - settings.pieceChangesMax() / 4) {
                start = Math.min(start, watcher.nextRevision);
            }
        }
        PastPiece piece = new PastPiece(history, settings, start, told);
        for (Watcher watcher : ready) {
            if (watcher.nextRevision >= start) {
                piece.add(watcher);
            }
        }
        return piece;
    }

    private void tell(PastPiece piece) {
        ResponseHeader header = headers.apply(told);
        for (Watcher watcher : piece.watchers()) {
            // One that stands behind the end of the piece keeps its place in line: else those before it might hold it
            // up.
            if (watcher.state == Watcher.State.LAGGING && watcher.nextRevision <= piece.endRevision()) {
                lagging.remove(watcher);
                if (!tell(piece, watcher, header)) {
                    park(watcher);
                } else if (watcher.nextRevision > claimed) {
                    slowCount.decrement();
                    watcher.state = Watcher.State.SYNCED;
                    synced.add(watcher);
                } else {
                    lagging.add(watcher);
                }
            }
        }
    }

    /** Tells a watcher what it hears of a piece. Returns false if there was no room for all of it. */
    private boolean tell(PastPiece piece, Watcher watcher, ResponseHeader header) {
        for (EventCuts.Cut cut : piece.cutsOf(watcher)) {
            if (!offer(watcher, cut, header)) {
                watcher.nextRevision = cut.firstRevision();
                return false;
            }
        }
        watcher.nextRevision = piece.endRevision() + 1;
        return true;
    }

    /** Ends those watchers that have lost their past. Returns whether there was one. */
    private boolean cancelCompacted(List<Watcher> watchers) {
        long compactRevision = history.compactRevision();
        boolean any = false;
        for (Watcher watcher : watchers) {
            if (watcher.state != Watcher.State.LAGGING || watcher.nextRevision < compactRevision) {
                any = true;
                if (lagging.remove(watcher)) {
                    endCompacted(watcher, compactRevision);
                }
            }
        }
        return any;
    }

    private void endCompacted(Watcher watcher, long compactRevision) {
        slowCount.decrement();
        watcherCount.decrement();
        watcher.state = Watcher.State.COMPACTED;
        add(
                watcher.stream,
                new WatchResponse(headers.apply(0), watcher.id, false, true, compactRevision, "", false, Events.EMPTY));
    }

    /**
     * Goes on with another state of the store, which a snapshot brought, or with the same one after revisions that were
     * not fed. Watchers read from it what they have not heard.
     *
     * @param next what watches read from now on
     */
    public void onRestored(WatchHistory next) {
        synchronized (lock) {
            history = next;
            long revision = next.revision();
            if (revision > claimed) {
                leaveBehind(revision);
                told(revision);
            }
        }
        call();
    }

    /** Claims revisions that synced watchers have not been told: they lag from here on. */
    private void leaveBehind(long revision) {
        long next = claimed + 1;
        claimed = revision;
        for (HubStream stream : streams) {
            for (Watcher watcher : stream.watchers.values()) {
                if (watcher.state == Watcher.State.SYNCED && watcher.nextRevision <= revision) {
                    synced.remove(watcher);
                    watcher.nextRevision = Math.max(watcher.nextRevision, next);
                    slowCount.increment();
                    lag(watcher);
                }
            }
        }
    }

    /**
     * Tells quiet watchers the revision where it is time. To be called some ten times per
     * {@link WatchSettings#progressNanos}.
     *
     * @param nowNanos now
     */
    public void tickProgress(long nowNanos) {
        synchronized (lock) {
            for (HubStream stream : streams) {
                if (!stream.progressDueSet) {
                    stream.progressDueSet = true;
                    stream.progressDueNanos = nowNanos + stream.progressIntervalNanos;
                } else if (nowNanos - stream.progressDueNanos >= 0) {
                    stream.progressDueNanos = nowNanos + stream.progressIntervalNanos;
                    tickProgress(stream);
                }
            }
        }
        call();
    }

    private void tickProgress(HubStream stream) {
        for (Watcher watcher : stream.watchers.values()) {
            if (!watcher.progressNotify) {
                continue;
            }
            if (watcher.quiet && isInProgress(watcher) && stream.queue.hasRoom()) {
                add(stream, Fragments.response(headers.apply(told), watcher.id, false, Events.EMPTY));
            }
            watcher.quiet = true;
        }
    }

    /** A watcher that has heard everything, and began to listen. */
    private boolean isInProgress(Watcher watcher) {
        return watcher.state == Watcher.State.SYNCED && watcher.startRevision <= told;
    }

    void requestProgress(HubStream stream) {
        synchronized (lock) {
            long published = history.revision();
            if (published <= told) {
                answerProgress(stream);
            } else if (!stream.closed && stream.progressRequests < PROGRESS_REQUESTS_MAX) {
                // etcd tells watchers of a revision as it publishes it, so its answer would already name this one.
                stream.progressRequests++;
                stream.progressRevision = published;
                awaitingProgress.add(stream);
            }
        }
        call();
    }

    private void answerProgress(HubStream stream) {
        boolean any = false;
        for (Watcher watcher : stream.watchers.values()) {
            if (watcher.state == Watcher.State.COMPACTED) {
                continue;
            }
            if (!isInProgress(watcher)) {
                return;
            }
            any = true;
        }
        if (any && stream.queue.hasRoom()) {
            add(stream, Fragments.response(headers.apply(told), NO_WATCHER, false, Events.EMPTY));
        }
    }

    void create(HubStream stream, WatchCreateRequest request) {
        Bytes key = request.range().key().isEmpty()
                ? KeyRange.FROM_KEY
                : request.range().key().compact();
        KeyRange range = new KeyRange(key, request.range().end().compact());
        if (request.startRevision() < 0) {
            reject(stream, EtcdError.COMPACTED.text());
            return;
        }
        if (range.isEmpty()) {
            reject(stream, "mvcc: watcher range is empty");
            return;
        }
        synchronized (lock) {
            if (stream.closed) {
                return;
            }
            long id = request.watchId();
            if (id == 0) {
                while (stream.watchers.containsKey(stream.nextId)) {
                    stream.nextId++;
                }
                id = stream.nextId++;
            }
            long published = history.revision();
            long first = request.startRevision() == 0 ? published + 1 : request.startRevision();
            Watcher watcher = new Watcher(stream, id, range, request, first);
            if (stream.watchers.putIfAbsent(id, watcher) != null) {
                add(stream, rejected(published, "mvcc: duplicate watch ID provided on the WatchStream"));
            } else {
                add(stream, control(published, id, true, false, ""));
                watcherCount.increment();
                // One that begins in what is compacted is canceled by the pump, even if that is not told yet.
                if (first > claimed && first >= history.compactRevision()) {
                    watcher.state = Watcher.State.SYNCED;
                    synced.add(watcher);
                } else {
                    slowCount.increment();
                    lag(watcher);
                }
            }
        }
        call();
    }

    void reject(HubStream stream, String cancelReason) {
        synchronized (lock) {
            add(stream, rejected(history.revision(), cancelReason));
        }
        call();
    }

    void cancel(HubStream stream, long watchId) {
        synchronized (lock) {
            Watcher watcher = stream.watchers.remove(watchId);
            if (watcher != null) {
                forget(watcher);
                add(stream, control(history.revision(), watchId, false, true, ""));
            }
        }
        call();
    }

    void close(HubStream stream) {
        synchronized (lock) {
            if (stream.closed) {
                return;
            }
            stream.closed = true;
            streams.remove(stream);
            awaitingProgress.remove(stream);
            stream.watchers.values().forEach(this::forget);
            stream.watchers.clear();
        }
        stream.queue
                .close()
                .forEach(answer -> pendingEvents.add(-answer.events().size()));
    }

    /** Counts what a taker took. */
    void taken(HubStream stream, WatchResponse answer, boolean room) {
        int events = answer.events().size();
        if (events > 0) {
            pendingEvents.add(-events);
            eventsTaken.add(events);
        }
        if (room) {
            roomAgain.add(stream);
            onWork.run();
        }
    }

    private void forget(Watcher watcher) {
        switch (watcher.state) {
            case SYNCED -> synced.remove(watcher);
            case LAGGING -> lagging.remove(watcher);
            case PARKED -> watcher.stream.parked.remove(watcher);
            case COMPACTED, CANCELED -> {
                return;
            }
        }
        if (watcher.state != Watcher.State.SYNCED) {
            slowCount.decrement();
        }
        watcherCount.decrement();
        watcher.state = Watcher.State.CANCELED;
    }

    private void lag(Watcher watcher) {
        watcher.state = Watcher.State.LAGGING;
        lagging.add(watcher);
        if (!workCalled) {
            workCalled = true;
            callLater(onWork);
        }
    }

    private void park(Watcher watcher) {
        watcher.state = Watcher.State.PARKED;
        watcher.stream.parked.add(watcher);
    }

    /** Adds events to the queue of a watcher. Returns false, and adds nothing, if that is full. */
    private boolean offer(Watcher watcher, EventCuts.Cut cut, ResponseHeader header) {
        HubStream stream = watcher.stream;
        if (!stream.queue.hasRoom()) {
            return false;
        }
        if (watcher.fragment) {
            Fragments.split(header, watcher.id, cut, settings.fragmentBytes()).forEach(piece -> add(stream, piece));
        } else {
            add(stream, Fragments.response(header, watcher.id, false, cut.events()));
        }
        watcher.quiet = false;
        pendingEvents.add(cut.events().size());
        return true;
    }

    private void add(HubStream stream, WatchResponse answer) {
        if (stream.queue.add(answer)) {
            callLater(stream.onAvailable);
        }
    }

    private WatchResponse rejected(long revision, String cancelReason) {
        return control(revision, NO_WATCHER, true, true, cancelReason);
    }

    private WatchResponse control(long revision, long id, boolean created, boolean canceled, String reason) {
        return new WatchResponse(headers.apply(revision), id, created, canceled, 0, reason, false, Events.EMPTY);
    }

    private void callLater(Runnable call) {
        if (calls.isEmpty()) {
            calls = new ArrayList<>();
        }
        calls.add(call);
    }

    /** Makes the calls that came up under the lock. Called without it. */
    private void call() {
        List<Runnable> now;
        synchronized (lock) {
            now = calls;
            calls = List.of();
            workCalled = false;
        }
        now.forEach(Runnable::run);
    }
}
