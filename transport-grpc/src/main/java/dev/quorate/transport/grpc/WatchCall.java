/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.MalformedProtoException;
import dev.quorate.api.bytes.ProtoReader;
import dev.quorate.api.bytes.ProtoShape;
import dev.quorate.api.bytes.ProtoWriter;
import dev.quorate.api.inbound.WatchStream;
import dev.quorate.api.inbound.Watches;
import dev.quorate.api.message.ResponseMessages;
import dev.quorate.api.model.KeyRange;
import dev.quorate.api.model.WatchCreateRequest;
import dev.quorate.api.model.WatchFilter;
import dev.quorate.api.model.WatchResponse;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A stream of watchers. Answers are taken from the inside only while the connection has room for them; what waits
 * longer lies there, bounded. The client's half-close does not end it.
 */
final class WatchCall extends ServerCall.Listener<Bytes> {
    record Method(CallLimits limits, Watches watches) implements ServerCallHandler<Bytes, Bytes> {
        @Override
        public ServerCall.Listener<Bytes> startCall(ServerCall<Bytes, Bytes> call, Metadata headers) {
            Status refusal = limits.refusal(call, headers);
            if (refusal != null) {
                call.close(refusal, new Metadata());
                return new ServerCall.Listener<>() {};
            }
            call.sendHeaders(new Metadata());
            call.request(1);
            return new WatchCall(call, limits, watches);
        }
    }

    private static final ProtoShape REQUEST = ProtoShape.ofBytes(1, 2, 3);
    private static final ProtoShape CREATE =
            ProtoShape.ofBytes(1, 2).numbers(3, 4, 6, 7, 8).repeatedNumbers(5);

    private final ServerCall<Bytes, Bytes> call;
    private final CallLimits limits;
    private final ReplyQueue replies = ReplyQueue.ofThisLoop();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final WatchStream stream;
    private boolean ended; // confined, as the field below, to the event loop
    private boolean wantsRoom;

    private WatchCall(ServerCall<Bytes, Bytes> call, CallLimits limits, Watches watches) {
        this.call = call;
        this.limits = limits;
        this.stream = watches.open(this::onAvailable);
    }

    private void onAvailable() {
        if (scheduled.compareAndSet(false, true)) {
            replies.offer(() -> {
                scheduled.set(false);
                drain();
            });
        }
    }

    private void drain() {
        while (!ended && call.isReady()) {
            WatchResponse response = stream.poll();
            if (response == null) {
                return;
            }
            ProtoWriter writer = new ProtoWriter(ResponseMessages.sizeMax(response));
            ResponseMessages.write(writer, response);
            call.sendMessage(writer.toBytes());
        }
    }

    @Override
    public void onReady() {
        if (wantsRoom) {
            wantsRoom = false;
            call.request(1);
        }
        drain();
    }

    @Override
    public void onMessage(Bytes message) {
        Status refusal = limits.refusal(message);
        if (refusal != null) {
            end(refusal);
            return;
        }
        try {
            take(new ProtoReader(message));
        } catch (MalformedProtoException e) {
            end(Failures.statusOfStream(e));
            return;
        }
        if (call.isReady()) {
            call.request(1);
        } else {
            wantsRoom = true; // a client that does not read is not listened to either
        }
        drain();
    }

    /** Of several requests in one message the last one counts, as for any one-of group. */
    private void take(ProtoReader reader) {
        Runnable action = () -> {};
        while (reader.next(REQUEST)) {
            switch (reader.field()) {
                case 1 -> {
                    WatchCreateRequest request = create(reader.message());
                    action = () -> stream.create(request);
                }
                case 2 -> {
                    long id = LeaseMethods.id(reader.message());
                    action = () -> stream.cancel(id);
                }
                case 3 -> {
                    reader.message().skipAll();
                    action = stream::requestProgress;
                }
                default -> reader.skip();
            }
        }
        action.run();
    }

    private static WatchCreateRequest create(ProtoReader reader) {
        Bytes key = Bytes.EMPTY;
        Bytes end = Bytes.EMPTY;
        long start = 0;
        boolean progress = false;
        List<WatchFilter> filters = new ArrayList<>();
        boolean prevKv = false;
        long id = 0;
        boolean fragment = false;
        while (reader.next(CREATE)) {
            switch (reader.field()) {
                case 1 -> key = reader.bytes();
                case 2 -> end = reader.bytes();
                case 3 -> start = reader.varint();
                case 4 -> progress = reader.bool();
                case 5 -> filters(reader, filters);
                case 6 -> prevKv = reader.bool();
                case 7 -> id = reader.varint();
                case 8 -> fragment = reader.bool();
                default -> reader.skip();
            }
        }
        return new WatchCreateRequest(new KeyRange(key, end), start, progress, filters, prevKv, id, fragment);
    }

    /** Filters come packed into one field, or, from old encoders, one by one; numbers that are none are ignored. */
    private static void filters(ProtoReader reader, List<WatchFilter> filters) {
        if (!reader.isBytes()) {
            filter(reader.varint(), filters);
            return;
        }
        Bytes packed = reader.bytes();
        long number = 0;
        int shift = 0;
        for (int i = 0; i < packed.length(); i++) {
            int part = packed.at(i);
            number |= (long) (part & 0x7F) << shift;
            shift += 7;
            if ((part & 0x80) == 0) {
                filter(number, filters);
                number = 0;
                shift = 0;
            }
        }
    }

    private static void filter(long number, List<WatchFilter> filters) {
        if (number == 0) {
            filters.add(WatchFilter.NO_PUT);
        } else if (number == 1) {
            filters.add(WatchFilter.NO_DELETE);
        }
    }

    @Override
    public void onCancel() {
        ended = true;
        stream.close();
    }

    private void end(Status status) {
        if (!ended) {
            ended = true;
            stream.close();
            call.close(status, new Metadata());
        }
    }
}
