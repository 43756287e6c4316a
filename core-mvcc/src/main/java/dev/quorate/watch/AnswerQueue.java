/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.watch;

import dev.quorate.api.model.Events;
import dev.quorate.api.model.WatchResponse;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What waits for the taker of a stream, bounded in bytes. Thread-safe; its lock is taken after the hub's.
 *
 * <p>Equal events for several watchers of the stream, one behind the other, are one object and count once.
 */
final class AnswerQueue {
    /** What an answer counts beside its events. */
    private static final int ANSWER_BYTES = 128;

    private final long bytesMax;
    private final ArrayDeque<WatchResponse> answers = new ArrayDeque<>();
    private long bytes;
    private Events lastOffered = Events.EMPTY;
    private Events lastTaken = Events.EMPTY;
    private boolean closed;

    /** The taker found nothing: it is to be told when something comes. */
    private boolean awaited = true;

    /** Something found no room: the hub is to be told when there is. */
    private boolean refused;

    /** What a taker gets. */
    record Taken(@Nullable WatchResponse answer, boolean roomAgain) {}

    private static final Taken NOTHING = new Taken(null, false);

    AnswerQueue(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** Tells whether there is room; if not, the taker who makes some will know. */
    synchronized boolean hasRoom() {
        if (bytes < bytesMax || closed) {
            return true;
        }
        refused = true;
        return false;
    }

    /** Adds an answer, whatever is there. Returns true if the taker is to be told. */
    synchronized boolean add(WatchResponse answer) {
        if (closed) {
            return false;
        }
        answers.add(answer);
        bytes += cost(answer, lastOffered);
        lastOffered = answer.events();
        boolean tell = awaited;
        awaited = false;
        return tell;
    }

    /** Takes the first answer. */
    synchronized Taken take() {
        WatchResponse answer = answers.poll();
        if (answer == null) {
            awaited = true;
            return NOTHING;
        }
        bytes -= cost(answer, lastTaken);
        lastTaken = answer.events();
        if (answers.isEmpty()) {
            lastTaken = Events.EMPTY;
            lastOffered = Events.EMPTY;
        }
        boolean roomAgain = refused && bytes <= bytesMax / 2;
        if (roomAgain) {
            refused = false;
        }
        return new Taken(answer, roomAgain);
    }

    /** Ends the queue. Returns what was in it. */
    synchronized List<WatchResponse> close() {
        closed = true;
        List<WatchResponse> left = List.copyOf(answers);
        answers.clear();
        bytes = 0;
        return left;
    }

    @SuppressWarnings("ReferenceEquality") // the same object counts once; equal ones are not looked for
    private static long cost(WatchResponse answer, Events before) {
        long cost = ANSWER_BYTES;
        if (answer.events() != before) {
            for (var event : answer.events().encoded()) {
                cost += event.length();
            }
        }
        return cost;
    }
}
