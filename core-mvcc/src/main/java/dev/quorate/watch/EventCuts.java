/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.watch;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.ProtoWriter;
import dev.quorate.api.model.Events;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a group of watchers hears, cut into answers and shared by all of them that hear the same. Confined to the
 * dispatcher.
 */
final class EventCuts {
    private final List<EventSource> sources;
    private final boolean wantsPrevious;
    private final boolean wantsPlain;
    private final @Nullable List<Cut>[] whole;

    /**
     * The events of one answer.
     *
     * @param events the events
     * @param bytes what they take in the message
     * @param firstRevision revision of the first one
     */
    record Cut(Events events, long bytes, long firstRevision) {}

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of lists cannot be made otherwise
    EventCuts(List<EventSource> sources, boolean wantsPrevious, boolean wantsPlain) {
        this.sources = sources;
        this.wantsPrevious = wantsPrevious;
        this.wantsPlain = wantsPlain;
        this.whole = new List[Watcher.VARIANTS];
    }

    /** Encodes, and reads what was before each change, so that {@link #of} has little to do and needs no storage. */
    void prepare() {
        if (wantsPlain) {
            sources.forEach(EventSource::plain);
        }
        if (wantsPrevious) {
            sources.forEach(EventSource::withPrevious);
        }
    }

    /**
     * Cuts what a watcher hears.
     *
     * @param variant of which form its events are
     * @param fromRevision the first revision that it has not heard
     * @param revisionsMax how many revisions an answer holds at most
     * @return the answers; empty if it hears nothing
     */
    List<Cut> of(int variant, long fromRevision, int revisionsMax) {
        if (sources.isEmpty()) {
            return List.of();
        }
        if (fromRevision > sources.get(0).change.main()) {
            return cut(variant, fromRevision, revisionsMax);
        }
        List<Cut> cuts = whole[variant];
        if (cuts == null) {
            cuts = cut(variant, fromRevision, revisionsMax);
            whole[variant] = cuts;
        }
        return cuts;
    }

    private List<Cut> cut(int variant, long fromRevision, int revisionsMax) {
        List<Cut> cuts = new ArrayList<>(1);
        List<Bytes> events = new ArrayList<>();
        long firstRevision = 0;
        long lastRevision = 0;
        int revisions = 0;
        for (EventSource source : sources) {
            long revision = source.change.main();
            if (revision < fromRevision || !source.isWanted(variant)) {
                continue;
            }
            if (revision != lastRevision) {
                if (revisions == revisionsMax) {
                    cuts.add(cut(events, firstRevision));
                    events = new ArrayList<>();
                    revisions = 0;
                }
                if (revisions == 0) {
                    firstRevision = revision;
                }
                revisions++;
                lastRevision = revision;
            }
            events.add((variant & Watcher.PREVIOUS) == 0 ? source.plain() : source.withPrevious());
        }
        if (!events.isEmpty()) {
            cuts.add(cut(events, firstRevision));
        }
        return cuts;
    }

    private static Cut cut(List<Bytes> events, long firstRevision) {
        long bytes = 0;
        for (Bytes event : events) {
            bytes += bytesOf(event);
        }
        return new Cut(Events.ofEncoded(events), bytes, firstRevision);
    }

    /** What an event takes in an answer. */
    static long bytesOf(Bytes event) {
        return 1L + ProtoWriter.varintSize(event.length()) + event.length();
    }
}
