/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.MalformedProtoException;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.EntryType;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.MessageType;
import dev.quorate.wire.peer.Frame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Frames: as peer.proto says, in which order, and that hostile ones do no harm. */
class FramesTest {
    private static final long SEED = Long.getLong("quorate.seed", 20261126);

    private final Outbox urgent = new Outbox();
    private final Outbox bulk = new Outbox();
    private final FrameWriter writer = new FrameWriter(urgent, bulk);
    private final List<Message> heard = new ArrayList<>();
    private final List<Long> pings = new ArrayList<>();
    private final List<Long> pongs = new ArrayList<>();
    private final FrameReader.Sink sink = new FrameReader.Sink() {
        @Override
        public void ping(long number) {
            pings.add(number);
        }

        @Override
        public void pong(long number, long clockMillis) {
            pongs.add(number);
            pongs.add(clockMillis);
        }
    };
    private final FrameReader reader = new FrameReader(sink);

    private static Message heartbeat(long commit) {
        return Message.of(MessageType.HEARTBEAT).from(1).to(2).commit(commit).build();
    }

    private static Message append(long index, int... lengths) {
        List<Entry> entries = new ArrayList<>();
        for (int length : lengths) {
            byte[] data = new byte[length];
            new Random(index + length).nextBytes(data);
            entries.add(new Entry(7, index + 1 + entries.size(), EntryType.NORMAL, Bytes.wrap(data)));
        }
        return Message.of(MessageType.APPEND)
                .from(1)
                .to(2)
                .term(7)
                .at(7, index)
                .entries(entries)
                .commit(index)
                .build();
    }

    private void offer(Message message) {
        Outgoing outgoing =
                new Outgoing(message, message.entries().isEmpty() ? null : new EntryBlock(message.entries()));
        assertThat((outgoing.isBulk() ? bulk : urgent).offer(outgoing)).isTrue();
    }

    private Bytes next() {
        return sent(Objects.requireNonNull(writer.next()));
    }

    /** What gRPC makes of a frame, once drained and once read. */
    private static Bytes sent(Chunks frame) {
        try (var drained = Chunks.MARSHALLER.stream(frame);
                var read = Chunks.MARSHALLER.stream(frame)) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ((io.grpc.Drainable) drained).drainTo(out);
            assertThat(out.size()).isEqualTo(frame.size());
            assertThat(read.readAllBytes()).isEqualTo(out.toByteArray());
            return Bytes.wrap(out.toByteArray());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void areWhatTheProtoSays() throws InvalidProtocolBufferException {
        writer.ping(3);
        writer.pong(4, 5);
        offer(append(9, 10, 5_000, 0));
        offer(heartbeat(8));
        Frame frame = Frame.parseFrom(next().toArray());

        assertThat(frame.getPing()).isEqualTo(3);
        assertThat(frame.getPong()).isEqualTo(4);
        assertThat(frame.getClockMillis()).isEqualTo(5);
        assertThat(frame.getMessages(0).getCommit()).isEqualTo(8);
        assertThat(frame.getMessages(1).getEntriesList())
                .extracting(entry -> entry.getData().size())
                .containsExactly(10, 5_000, 0);
        assertThat(frame.getUnknownFields().asMap()).isEmpty();
        assertThat(writer.next()).isNull();

        heard.addAll(reader.read(Bytes.wrap(frame.toByteArray())));
        assertThat(heard).containsExactly(heartbeat(8), append(9, 10, 5_000, 0));
        assertThat(pings).containsExactly(3L);
        assertThat(pongs).containsExactly(4L, 5L);
    }

    @Test
    void letWhatIsUrgentPassALongMessage() {
        Message large = append(1, FrameWriter.PART_BYTES * 3);
        Message behind = append(2, 1);
        offer(large);
        offer(behind);
        heard.addAll(reader.read(next()));
        offer(heartbeat(1));
        heard.addAll(reader.read(next()));
        assertThat(heard).containsExactly(heartbeat(1));
        for (Chunks frame = writer.next(); frame != null; frame = writer.next()) {
            assertThat(frame.size()).isLessThan(FrameWriter.FRAME_BYTES + FrameWriter.PART_BYTES);
            heard.addAll(reader.read(sent(frame)));
        }

        assertThat(heard).containsExactly(heartbeat(1), large, behind);
    }

    @Test
    void carryAnyMessages() {
        Random random = new Random(SEED);
        List<Message> urgentOnes = new ArrayList<>();
        List<Message> bulkOnes = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            if (random.nextBoolean()) {
                urgentOnes.add(heartbeat(i));
                offer(heartbeat(i));
            } else {
                Message append = append(i, 1 << random.nextInt(20), random.nextInt(3_000));
                bulkOnes.add(append);
                offer(append);
            }
            if (random.nextInt(4) == 0) {
                heard.addAll(reader.read(next()));
            }
        }
        for (Chunks frame = writer.next(); frame != null; frame = writer.next()) {
            heard.addAll(reader.read(sent(frame)));
        }

        assertThat(heard.stream().filter(message -> message.type() == MessageType.HEARTBEAT))
                .as("seed %s", SEED)
                .containsExactlyElementsOf(urgentOnes);
        assertThat(heard.stream().filter(message -> message.type() == MessageType.APPEND))
                .as("seed %s", SEED)
                .containsExactlyElementsOf(bulkOnes);
    }

    @Test
    void areRefusedIfAMessageHasNoEnd() {
        FrameReader strict = new FrameReader(sink, FrameWriter.PART_BYTES);
        offer(append(1, FrameWriter.PART_BYTES * 2));
        heard.addAll(strict.read(next()));
        Bytes second = next();

        assertThatThrownBy(() -> strict.read(second)).isInstanceOf(MalformedProtoException.class);
        assertThat(heard).isEmpty();
    }

    @Test
    void areReadOrRefusedWhateverIsInThem() {
        Random random = new Random(SEED);
        offer(heartbeat(1));
        offer(append(9, 10, 300));
        byte[] whole = next().toArray();
        for (int i = 0; i < 20_000; i++) {
            byte[] changed = Arrays.copyOf(whole, random.nextInt(whole.length + 8));
            for (int at = random.nextInt(8); at > 0 && changed.length > 0; at--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            try {
                new FrameReader(sink).read(Bytes.wrap(changed));
            } catch (MalformedProtoException e) {
                assertThat(e.getMessage()).isNotEmpty();
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + SEED + ", round " + i, e);
            }
        }
    }
}
