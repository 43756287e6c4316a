/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.ProtoWriter;
import dev.quorate.api.model.Events;
import dev.quorate.api.model.ResponseHeader;
import dev.quorate.api.model.WatchResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Splits random answers, held against the sizes of the whole messages: etcd's rule, word for word. */
class FragmentsTest {
    @Test
    void piecesAreAsLargeAsTheyMayBe() {
        for (long seed = 1; seed <= 500; seed++) {
            Random random = new Random(seed);
            List<Bytes> events = new ArrayList<>();
            for (int i = 1 + random.nextInt(20); i > 0; i--) {
                events.add(Bytes.wrap(new byte[1 + random.nextInt(200)]));
            }
            ResponseHeader header =
                    new ResponseHeader(random.nextLong(), random.nextLong(), random.nextInt(1000), random.nextInt(3));
            long id = random.nextInt(400) - 3L;
            long limit = 100L + random.nextInt(600);
            long bytes = events.stream().mapToLong(EventCuts::bytesOf).sum();
            EventCuts.Cut cut = new EventCuts.Cut(Events.ofEncoded(events), bytes, 1);
            List<WatchResponse> pieces = Fragments.split(header, id, cut, limit);
            assertThat(pieces.stream().map(WatchResponse::events).map(Events::encoded))
                    .as("seed %s", seed)
                    .containsExactlyElementsOf(expected(header, id, events, limit));
            for (int i = 0; i < pieces.size(); i++) {
                assertThat(pieces.get(i).fragment()).isEqualTo(i < pieces.size() - 1);
                assertThat(pieces.get(i).header()).isEqualTo(header);
                assertThat(pieces.get(i).watchId()).isEqualTo(id);
            }
        }
    }

    private static List<List<Bytes>> expected(ResponseHeader header, long id, List<Bytes> events, long limit) {
        if (size(header, id, false, events) < limit || events.size() < 2) {
            return List.of(events);
        }
        List<List<Bytes>> pieces = new ArrayList<>();
        int from = 0;
        while (from < events.size()) {
            int to = from + 1;
            while (to < events.size() && size(header, id, true, events.subList(from, to + 1)) < limit) {
                to++;
            }
            pieces.add(events.subList(from, to));
            from = to;
        }
        return pieces;
    }

    private static int size(ResponseHeader header, long id, boolean fragment, List<Bytes> events) {
        ProtoWriter writer = new ProtoWriter();
        int mark = writer.begin(1);
        writer.varint(1, header.clusterId())
                .varint(2, header.memberId())
                .varint(3, header.revision())
                .varint(4, header.raftTerm());
        writer.end(mark);
        writer.varint(2, id).bool(7, fragment);
        events.forEach(event -> writer.bytesAlways(11, event));
        return writer.size();
    }
}
