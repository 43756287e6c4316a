/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.watch;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.ProtoWriter;
import dev.quorate.api.model.Events;
import dev.quorate.api.model.ResponseHeader;
import dev.quorate.api.model.WatchResponse;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits an answer that is too large, between events.
 *
 * <p>Sizes are those of the message {@code etcdserverpb.WatchResponse}. Source: etcd v3.7.1,
 * {@code server/etcdserver/api/v3rpc/watch.go}, {@code sendFragments}.
 */
final class Fragments {
    private static final int FLAG_BYTES = 2;

    private Fragments() {}

    /** An answer with events. */
    static WatchResponse response(ResponseHeader header, long watchId, boolean fragment, Events events) {
        return new WatchResponse(header, watchId, false, false, 0, "", fragment, events);
    }

    /** Makes the answers that tell some events; all but the last say that more follows. */
    static List<WatchResponse> split(ResponseHeader header, long watchId, EventCuts.Cut cut, long fragmentBytes) {
        long frame = frameBytes(header, watchId);
        if (frame + cut.bytes() < fragmentBytes || cut.events().size() < 2) {
            return List.of(response(header, watchId, false, cut.events()));
        }
        List<WatchResponse> pieces = new ArrayList<>();
        List<Bytes> events = cut.events().encoded();
        int from = 0;
        long bytes = frame + FLAG_BYTES;
        for (int i = 0; i < events.size(); i++) {
            long more = EventCuts.bytesOf(events.get(i));
            if (i > from && bytes + more >= fragmentBytes) {
                pieces.add(response(header, watchId, true, Events.ofEncoded(events.subList(from, i))));
                from = i;
                bytes = frame + FLAG_BYTES;
            }
            bytes += more;
        }
        pieces.add(response(header, watchId, false, Events.ofEncoded(events.subList(from, events.size()))));
        return pieces;
    }

    private static long frameBytes(ResponseHeader header, long watchId) {
        int headerBytes = fieldBytes(header.clusterId())
                + fieldBytes(header.memberId())
                + fieldBytes(header.revision())
                + fieldBytes(header.raftTerm());
        return 1L + ProtoWriter.varintSize(headerBytes) + headerBytes + fieldBytes(watchId);
    }

    private static int fieldBytes(long number) {
        return number == 0 ? 0 : 1 + ProtoWriter.varintSize(number);
    }
}
