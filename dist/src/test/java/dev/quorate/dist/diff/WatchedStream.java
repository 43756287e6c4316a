/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.diff;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.quorate.wire.etcdserverpb.WatchCancelRequest;
import dev.quorate.wire.etcdserverpb.WatchCreateRequest;
import dev.quorate.wire.etcdserverpb.WatchProgressRequest;
import dev.quorate.wire.etcdserverpb.WatchRequest;
import dev.quorate.wire.etcdserverpb.WatchResponse;
import dev.quorate.wire.mvccpb.Event;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A stream of watchers as a client has it. Answers to requests, events of each watcher, and notes of progress are kept
 * apart, since a server may send the three in any order to each other.
 *
 * <p>Etcd sends a note of progress behind everything that it has for the watchers, and only when all of them have heard
 * everything; so a note is what {@link #sync} waits for.
 */
final class WatchedStream {
    private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(30);
    static final WatchRequest PROGRESS = WatchRequest.newBuilder()
            .setProgressRequest(WatchProgressRequest.getDefaultInstance())
            .build();

    /** Is refused at once, so it tells that everything sent before it has been looked at. */
    private static final WatchRequest ECHO = WatchRequest.newBuilder()
            .setCreateRequest(WatchCreateRequest.newBuilder().setStartRevision(-1))
            .build();

    private final ClientCall<ByteString, ByteString> call;
    private final List<WatchResponse> replies = new ArrayList<>(); // guarded, as all below, by this
    private final Map<Long, List<WatchResponse>> events = new TreeMap<>();
    private final List<WatchResponse> notes = new ArrayList<>();
    private @Nullable Status end;

    WatchedStream(Connection connection) {
        call = connection.begin(Call.WATCH, List.of(), new Connection.Listener() {
            @Override
            public void onMessage(ByteString message) {
                heard(message);
            }

            @Override
            public void onClose(Status status, Metadata trailers) {
                ended(status);
            }
        });
    }

    private synchronized void heard(ByteString message) {
        try {
            WatchResponse response = WatchResponse.parseFrom(message);
            if (response.getCreated() || (response.getCanceled() && response.getCompactRevision() == 0)) {
                replies.add(response);
            } else if (response.getWatchId() == -1) {
                notes.add(response);
            } else {
                events.computeIfAbsent(response.getWatchId(), id -> new ArrayList<>())
                        .add(response);
            }
        } catch (InvalidProtocolBufferException e) {
            end = Status.INTERNAL.withDescription("garbled: " + e.getMessage());
        }
        notifyAll();
    }

    private synchronized void ended(Status status) {
        end = status;
        notifyAll();
    }

    void send(ByteString request) {
        call.sendMessage(request);
    }

    /** Creates a watcher and waits for the reply. */
    synchronized Answer create(WatchCreateRequest request) {
        send(WatchRequest.newBuilder().setCreateRequest(request).build().toByteString());
        return reply(1);
    }

    /** Cancels a watcher that is there, and waits for the reply. */
    synchronized Answer cancel(long id) {
        send(WatchRequest.newBuilder()
                .setCancelRequest(WatchCancelRequest.newBuilder().setWatchId(id))
                .build()
                .toByteString());
        return reply(1);
    }

    /** Sends what gets no answer, and returns what comes all the same before something later is replied to. */
    synchronized Answer quietly(WatchRequest request) {
        notes.clear();
        send(request.toByteString());
        return echo();
    }

    private Answer echo() {
        send(ECHO.toByteString());
        await(() -> end != null || replies.stream().anyMatch(WatchResponse::getCanceled), WAIT_NANOS);
        StringBuilder text = new StringBuilder(reply(1).text());
        notes.forEach(note -> text.append(text(note)));
        notes.clear();
        return Answer.of(text.toString());
    }

    private Answer reply(int count) {
        boolean there = await(() -> replies.size() >= count || end != null, WAIT_NANOS);
        StringBuilder text = new StringBuilder(there ? "" : "no reply within 30 seconds\n");
        replies.forEach(reply -> text.append(text(reply)));
        List<WatchResponse> seen = List.copyOf(replies);
        replies.clear();
        return new Answer(text + endText(), List.copyOf(seen));
    }

    /** Waits until a watcher that began in what is compacted has been told so. */
    synchronized Answer compacted(long id) {
        boolean there = await(() -> events.containsKey(id) || end != null, WAIT_NANOS);
        List<WatchResponse> told = events.remove(id);
        StringBuilder text = new StringBuilder(there ? "" : "nothing within 30 seconds\n");
        if (told != null) {
            told.forEach(response -> text.append(text(response)));
        }
        return Answer.of(text + endText());
    }

    /** Asks twice how far the watchers are, when all of them have heard everything, and returns the two notes. */
    synchronized Answer progress() {
        notes.clear();
        send(PROGRESS.toByteString());
        send(PROGRESS.toByteString());
        await(() -> notes.size() >= 2 || end != null, WAIT_NANOS);
        return echo();
    }

    /**
     * Waits until all watchers have heard everything, and returns what they have heard since the last time.
     *
     * @param behind whether there are watchers with a past, which real etcd serves ten times a second
     * @param loose whether answers may be cut anywhere, since a watcher caught up while more happened
     */
    synchronized String sync(boolean behind, boolean loose) {
        StringBuilder text = new StringBuilder(awaitNote(behind) ? "" : "no progress within 30 seconds\n");
        replies.forEach(reply -> text.append("unexpected ").append(text(reply)));
        replies.clear();
        events.forEach((id, responses) -> {
            text.append("watch ").append(id).append('\n');
            responses.forEach(response -> text.append(loose ? uncut(response) : text(response)));
        });
        events.clear();
        return text + endText();
    }

    private boolean awaitNote(boolean behind) {
        notes.clear();
        long waitNanos = TimeUnit.MILLISECONDS.toNanos(behind ? 10 : 1000);
        long askedNanos = System.nanoTime();
        int asked = 0;
        do {
            send(PROGRESS.toByteString());
            asked++;
            if (await(() -> !notes.isEmpty() || end != null, waitNanos)) {
                if (asked > 1) { // leave no question open
                    send(ECHO.toByteString());
                    await(() -> !replies.isEmpty() || end != null, WAIT_NANOS);
                    replies.clear();
                }
                return true;
            }
        } while (System.nanoTime() - askedNanos < WAIT_NANOS);
        return false;
    }

    /** Waits, without the lock, until something holds. */
    private boolean await(BooleanSupplier condition, long nanosMax) {
        long begun = System.nanoTime();
        while (!condition.getAsBoolean()) {
            long left = nanosMax - (System.nanoTime() - begun);
            if (left <= 0) {
                return false;
            }
            try {
                TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, 1_000_000));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
        return true;
    }

    void halfClose() {
        call.halfClose();
    }

    /** Waits until a watcher has heard a revision. */
    synchronized Answer heard(long id, long revision) {
        await(
                () -> end != null
                        || events.getOrDefault(id, List.of()).stream()
                                .anyMatch(response -> response.getHeader().getRevision() >= revision),
                WAIT_NANOS);
        StringBuilder text = new StringBuilder();
        events.values().forEach(all -> all.forEach(response -> text.append(text(response))));
        events.clear();
        return Answer.of(text + endText());
    }

    /** Waits for the end of the stream. */
    synchronized Answer end() {
        await(() -> end != null, WAIT_NANOS);
        return Answer.of(endText());
    }

    void cancel() {
        call.cancel("the client has enough", null);
    }

    private String endText() {
        Status status = end;
        return status == null ? "" : "the stream ended: " + Answers.error(status) + "\n";
    }

    private static String text(WatchResponse response) {
        return "- " + Answers.text(Answers.withoutIds(response));
    }

    /** The events of an answer, and what else it says, but nothing that tells where it begins or ends. */
    private static String uncut(WatchResponse response) {
        StringBuilder text = new StringBuilder();
        long revision = 0;
        for (Event event : response.getEventsList()) {
            if (event.getKv().getModRevision() < revision) {
                text.append("out of order:\n");
            }
            revision = event.getKv().getModRevision();
            text.append("- ").append(Answers.text(event));
        }
        long header = response.getHeader().getRevision();
        if (header < revision) {
            text.append("has a header of revision ").append(header).append('\n');
        }
        WatchResponse rest = response.toBuilder()
                .clearHeader()
                .clearWatchId()
                .clearEvents()
                .clearFragment()
                .build();
        return text + Answers.text(rest);
    }
}
