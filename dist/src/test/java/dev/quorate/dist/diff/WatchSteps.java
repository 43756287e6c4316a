/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.diff;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.quorate.wire.etcdserverpb.PutRequest;
import dev.quorate.wire.etcdserverpb.WatchCancelRequest;
import dev.quorate.wire.etcdserverpb.WatchCreateRequest;
import dev.quorate.wire.etcdserverpb.WatchRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Watchers on a few streams, created, canceled and compared, while everything else goes on. */
final class WatchSteps {
    private static final int STREAMS = 4;
    private static final int WATCHERS_MAX = 12;

    private static final Call PUT_SENTINEL =
            Call.of(Call.PUT, PutRequest.newBuilder().setKey(Scene.SENTINEL).build());

    private final Scene scene;
    private final Dice dice;
    private final Map<Integer, Stream> streams = new TreeMap<>();

    /** What is known of a stream that is open at every server. */
    private static final class Stream {
        final Set<Long> ids = new TreeSet<>();

        /** Some watcher began in the past since they were compared. */
        boolean behind;

        /** More may have happened before it had caught up: then servers cut answers as they get rid of them. */
        boolean loose;

        /** The last revision that some watcher waits for. */
        long future;

        void synced() {
            behind = false;
            loose = false;
            future = 0;
        }
    }

    WatchSteps(Scene scene) {
        this.scene = scene;
        this.dice = scene.dice;
    }

    List<Step> next() {
        int number = dice.below(STREAMS);
        Stream stream = streams.get(number);
        if (stream == null) {
            return List.of(open(number));
        }
        int kind = stream.ids.size() >= WATCHERS_MAX ? 15 : dice.below(20);
        if (kind < 7) {
            return List.of(create(number, stream, live()));
        } else if (kind < 8) {
            return List.of(create(number, stream, live().setStartRevision(scene.revision + 1 + dice.below(4))));
        } else if (kind < 12) {
            return past(number, stream);
        } else if (kind < 13) {
            return scene.compactRevision > 2 ? compacted(number, stream) : List.of(rejected(number, stream));
        } else if (kind < 15) {
            return List.of(rejected(number, stream));
        } else if (kind < 17) {
            return cancel(number, stream);
        } else if (kind < 18) {
            return progress(number, stream);
        } else if (kind < 19) {
            return List.of(oddOne());
        }
        return dice.oneIn(3) ? close(number) : List.of(sync());
    }

    private Step open(int number) {
        streams.put(number, new Stream());
        boolean ask = dice.oneIn(2);
        return Step.named("open watch stream " + number + (ask ? ", ask for progress" : ""), subject -> {
            WatchedStream opened = new WatchedStream(subject.connection());
            subject.watches.put(number, opened);
            return ask ? opened.quietly(WatchedStream.PROGRESS) : Answer.of("");
        });
    }

    private WatchCreateRequest.Builder live() {
        WatchCreateRequest.Builder create = WatchCreateRequest.newBuilder()
                .setPrevKv(dice.oneIn(2))
                .setFragment(dice.oneIn(3))
                .setProgressNotify(dice.oneIn(3))
                .setWatchId(dice.oneIn(3) ? dice.below(8) : dice.oneIn(20) ? -2 - dice.below(3) : 0);
        while (dice.oneIn(5)) {
            create.addFiltersValue(dice.below(4));
        }
        switch (dice.below(6)) {
            case 0, 1 -> create.setKey(Scene.small(dice.below(Scene.SMALL_KEYS)));
            case 2 -> create.setKey(Scene.FIRST_SMALL).setRangeEnd(ByteString.copyFromUtf8("l"));
            case 3 -> create.setKey(scene.key()).setRangeEnd(Scene.FROM_KEY);
            case 4 -> create.setKey(Scene.many(dice.below(50))).setRangeEnd(Scene.many(60 + dice.below(50)));
            default -> create.setKey(Scene.small(dice.below(5))).setRangeEnd(Scene.small(5 + dice.below(4)));
        }
        return create;
    }

    private Step create(int number, Stream stream, WatchCreateRequest.Builder builder) {
        WatchCreateRequest request = builder.build();
        return Step.named(
                        "watch stream " + number + ", create " + request,
                        subject -> at(subject, number).create(request))
                .then(answer -> created(stream, request, answer));
    }

    private void created(Stream stream, WatchCreateRequest request, Answer answer) {
        long id = field(answer.messages().get(0), "watch_id");
        if (id == -1) {
            return;
        }
        stream.ids.add(id);
        long start = request.getStartRevision();
        if (start > scene.revision) {
            stream.future = Math.max(stream.future, start);
        } else if (start != 0) {
            stream.behind = true;
            stream.loose = true;
        }
    }

    private static long field(Message message, String name) {
        return (Long) message.getField(message.getDescriptorForType().findFieldByName(name));
    }

    private static WatchedStream at(Subject subject, int number) {
        WatchedStream stream = subject.watches.get(number);
        if (stream == null) {
            throw new IllegalStateException("no stream " + number + " at " + subject.name());
        }
        return stream;
    }

    /**
     * A watcher with a past: compared at once, answer by answer, or after more has happened, event by event. Of a large
     * past, etcd makes answers of any size, ours do not. As long as it goes out, the others of its stream may have to
     * stand back, and then get several revisions in one answer: etcd lets 128 answers wait in a stream, ours 2 MiB.
     */
    private List<Step> past(int number, Stream stream) {
        long first = Math.max(1, scene.compactRevision);
        long start = dice.oneIn(4)
                ? dice.between(first, scene.revision)
                : dice.between(Math.max(first, scene.revision - 50), scene.revision);
        WatchCreateRequest.Builder request = live().setStartRevision(start);
        if (dice.oneIn(2) && start > scene.largeRevision) {
            List<Step> steps = new ArrayList<>(List.of(sync()));
            steps.add(create(number, stream, request).then(answer -> stream.loose = false));
            steps.add(sync());
            return steps;
        }
        return List.of(create(number, stream, request));
    }

    /**
     * A watcher whose past is gone hears so, and keeps its id until it is canceled. As long as it does, real etcd sends
     * its stream no notes of progress; ours goes on with the others, so nobody asks.
     */
    private List<Step> compacted(int number, Stream stream) {
        long start = dice.between(1, scene.compactRevision - 1);
        long id = 1000L + dice.below(1000);
        WatchCreateRequest request =
                live().setWatchId(id).setStartRevision(start).build();
        List<Step> steps = new ArrayList<>(List.of(sync()));
        steps.add(Step.named(
                "watch stream " + number + ", create in what is compacted " + request,
                subject -> at(subject, number).create(request)));
        steps.add(Step.named(
                "watch " + id + " hears of the compaction",
                subject -> at(subject, number).compacted(id)));
        if (dice.oneIn(2)) {
            steps.add(create(number, stream, live().setWatchId(id))); // the id is taken still
        }
        steps.add(
                Step.named("cancel watch " + id, subject -> at(subject, number).cancel(id)));
        return steps;
    }

    private Step rejected(int number, Stream stream) {
        WatchCreateRequest.Builder request = live();
        switch (dice.below(3)) {
            case 0 -> request.setStartRevision(-1 - dice.below(3));
            case 1 -> request.setKey(Scene.small(5)).setRangeEnd(Scene.small(dice.below(6)));
            default -> request.setWatchId(stream.ids.isEmpty() ? 0 : dice.pick(List.copyOf(stream.ids)));
        }
        return create(number, stream, request);
    }

    private List<Step> cancel(int number, Stream stream) {
        if (stream.ids.isEmpty() || dice.oneIn(4)) {
            WatchRequest unknown = WatchRequest.newBuilder()
                    .setCancelRequest(WatchCancelRequest.newBuilder().setWatchId(5000))
                    .build();
            return List.of(Step.named(
                    "watch stream " + number + ", cancel an unknown watch",
                    subject -> at(subject, number).quietly(unknown)));
        }
        long id = dice.pick(List.copyOf(stream.ids));
        List<Step> steps = new ArrayList<>(List.of(sync()));
        steps.add(Step.named(
                        "watch stream " + number + ", cancel " + id,
                        subject -> at(subject, number).cancel(id))
                .then(answer -> stream.ids.remove(id)));
        return steps;
    }

    private List<Step> progress(int number, Stream stream) {
        List<Step> steps = new ArrayList<>(List.of(sync()));
        if (stream.ids.isEmpty()) {
            steps.add(Step.named(
                    "watch stream " + number + " without watchers, ask for progress",
                    subject -> at(subject, number).quietly(WatchedStream.PROGRESS)));
        } else {
            steps.add(Step.named(
                    "watch stream " + number + ", ask for progress",
                    subject -> at(subject, number).progress()));
        }
        return steps;
    }

    /** Streams that do what clients should not. */
    private Step oddOne() {
        ByteString bytes = switch (dice.below(5)) {
            case 0 -> ByteString.copyFrom(new byte[] {10, 5, 1});
            case 1 -> ByteString.copyFrom(new byte[] {(byte) 0x0a, 2, (byte) 0xff, (byte) 0xff});
            case 2 -> ByteString.copyFrom(new byte[2_200_000]);
            default -> dice.bytes(1 + dice.below(3)).concat(ByteString.copyFrom(new byte[] {-1}));
        };
        if (dice.oneIn(2)) {
            return Step.named("a watch stream ends with " + Step.bytes(bytes), subject -> {
                WatchedStream stream = new WatchedStream(subject.connection());
                stream.send(bytes);
                return stream.end();
            });
        } else if (dice.oneIn(2)) {
            return Step.named("nothing is asked for on a watch stream", subject -> {
                WatchedStream stream = new WatchedStream(subject.connection());
                Answer answer = stream.quietly(WatchRequest.getDefaultInstance());
                stream.cancel();
                return answer;
            });
        }
        return halfClosed();
    }

    private Step halfClosed() {
        return Step.named("a watch stream goes on after half-close", subject -> {
            WatchedStream stream = new WatchedStream(subject.connection());
            Answer created = stream.create(
                    WatchCreateRequest.newBuilder().setKey(Scene.SENTINEL).build());
            stream.halfClose();
            Answer answer = subject.ask(PUT_SENTINEL);
            Answer heard = stream.heard(0, answer.revision());
            stream.cancel();
            return new Answer(created.text() + answer.text() + heard.text(), answer.messages());
        });
    }

    /** Compares what all streams have heard. */
    Step sync() {
        return Step.named("all watchers have heard everything", subject -> {
                    Answer pushed = Answer.of("");
                    for (long left = future() - scene.revision; left > 0; left--) {
                        pushed = subject.ask(PUT_SENTINEL);
                    }
                    StringBuilder text = new StringBuilder(pushed.text());
                    streams.forEach((number, stream) -> {
                        if (!stream.ids.isEmpty()) {
                            text.append("stream ").append(number).append('\n');
                            text.append(at(subject, number).sync(stream.behind, stream.loose));
                        }
                    });
                    return new Answer(text.toString(), pushed.messages());
                })
                .then(answer -> streams.values().forEach(Stream::synced));
    }

    /** The last revision that some watcher waits for. */
    private long future() {
        return streams.values().stream()
                .mapToLong(stream -> stream.future)
                .max()
                .orElse(0);
    }

    private List<Step> close(int number) {
        List<Step> steps = new ArrayList<>(List.of(sync()));
        steps.add(Step.named("close watch stream " + number, subject -> {
                    at(subject, number).cancel();
                    subject.watches.remove(number);
                    return Answer.of("");
                })
                .then(answer -> streams.remove(number)));
        return steps;
    }

    /** Watches many large values from the past and from the present, in fragments. */
    List<Step> large() {
        int number = dice.below(STREAMS);
        Stream stream = streams.get(number);
        if (stream == null) {
            return List.of(open(number));
        }
        List<Step> steps = new ArrayList<>(List.of(sync()));
        long first = scene.revision + 1;
        WatchCreateRequest.Builder watch = WatchCreateRequest.newBuilder()
                .setKey(Scene.FIRST_SMALL)
                .setRangeEnd(ByteString.copyFromUtf8("l"))
                .setPrevKv(true)
                .setFragment(true);
        long live = 3000L + dice.below(1000);
        long past = live + 1000;
        steps.add(create(number, stream, watch.clone().setWatchId(live)));
        for (int i = 2 + dice.below(3); i > 0; i--) {
            steps.add(LargeRequests.putAll(dice).then(answer -> scene.largeRevision = answer.revision()));
            steps.add(sync());
        }
        steps.add(create(number, stream, watch.clone().setWatchId(past).setStartRevision(first)));
        steps.add(sync());
        steps.add(LargeRequests.stream(dice));
        steps.add(LargeRequests.deleteAll().then(answer -> scene.largeRevision = answer.revision()));
        steps.add(sync());
        for (long id : List.of(live, past)) {
            steps.add(Step.named(
                            "cancel watch " + id, subject -> at(subject, number).cancel(id))
                    .then(answer -> stream.ids.remove(id)));
        }
        return steps;
    }

    /**
     * A value that is about as large as a request may be, for a moment: it would crowd every stream that tells of it.
     */
    List<Step> largest() {
        return List.of(
                sync(),
                LargeRequests.put(dice),
                sync(),
                LargeRequests.deleteAll().then(answer -> scene.largeRevision = answer.revision()),
                sync());
    }

    /** Forgets everything, since all streams have been ended. */
    void hungUp() {
        streams.clear();
    }
}
