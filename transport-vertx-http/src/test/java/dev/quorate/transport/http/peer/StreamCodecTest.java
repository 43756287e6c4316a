/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.MalformedProtoException;
import dev.quorate.api.bytes.ProtoWriter;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.EntryType;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.MessageType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamCodecTest {
    private static final long LOCAL = 2;
    private static final long PEER = 1;

    private static Message append(long term, long logTerm, long index, long commit, Entry... entries) {
        return Message.of(MessageType.APPEND)
                .from(PEER)
                .to(LOCAL)
                .term(term)
                .at(logTerm, index)
                .entries(List.of(entries))
                .commit(commit)
                .build();
    }

    private static Entry entry(long term, long index, String data) {
        return new Entry(term, index, EntryType.NORMAL, Bytes.utf8(data));
    }

    private static byte[] encode(StreamKind kind, List<Message> messages) {
        StreamEncoder encoder = new StreamEncoder(kind);
        ProtoWriter out = new ProtoWriter();
        for (Message message : messages) {
            encoder.write(out, new Outgoing(message, block(message)));
            encoder.heartbeat(out);
        }
        return out.toArray();
    }

    private static EntryBlock block(Message message) {
        return new EntryBlock(message.entries());
    }

    private static List<Message> decode(StreamKind kind, byte[] bytes, Random cuts) {
        List<Message> read = new ArrayList<>();
        StreamDecoder decoder = new StreamDecoder(kind, LOCAL, PEER);
        int at = 0;
        while (at < bytes.length) {
            int end = Math.min(bytes.length, at + 1 + cuts.nextInt(cuts.nextInt(4) == 0 ? 3 : 400));
            decoder.feed(Arrays.copyOfRange(bytes, at, end));
            read.addAll(decoder.take());
            at = end;
        }
        return read;
    }

    private static List<Message> some(Random random) {
        List<Message> messages = new ArrayList<>();
        long term = 1;
        long index = 0;
        for (int i = 0; i < 50; i++) {
            long logTerm = term;
            if (random.nextInt(8) == 0) {
                term += random.nextInt(3);
                index = Math.max(0, index - random.nextInt(5));
            }
            Entry[] entries = new Entry[random.nextInt(4)];
            for (int k = 0; k < entries.length; k++) {
                entries[k] = entry(term, index + k + 1, "x".repeat(random.nextInt(500)));
            }
            messages.add(append(term, logTerm, index, random.nextInt(100), entries));
            index += entries.length;
        }
        return messages;
    }

    @ParameterizedTest
    @EnumSource(StreamKind.class)
    void readsWhatItWroteInWhateverPieces(StreamKind kind) {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            List<Message> messages = some(random);
            assertThat(decode(kind, encode(kind, messages), random))
                    .as("seed %s", seed)
                    .isEqualTo(messages);
        }
    }

    /** The bytes that real etcd writes: a whole message first, then entries alone, then a link heartbeat. */
    @Test
    void writesTheFramesOfEtcd() {
        byte[] written = encode(
                StreamKind.APPEND, List.of(append(1, 1, 0, 0, entry(1, 1, "a")), append(1, 1, 1, 1, entry(1, 2, "b"))));

        assertThat(HexFormat.of().formatHex(written))
                .isEqualTo("02" + "0000000000000015" + "080310021801200128013a09" + "080010011801" + "220161" + "00"
                        + "01" + "0000000000000001" + "0000000000000009" + "080010011802220162"
                        + "0000000000000001" + "00");
    }

    @Test
    void encodesEntriesOnce() {
        List<Entry> entries = List.of(entry(1, 1, "a"), entry(1, 2, "b"));
        EntryBlock block = new EntryBlock(entries);

        assertThat(block.bytes()).isSameAs(block.bytes());
        assertThat(block.size()).isEqualTo(block.bytes().length());
        assertThat(block.holds(new ArrayList<>(entries))).isTrue();
        assertThat(block.holds(entries.subList(0, 1))).isFalse();
        assertThat(block.holds(List.of(entry(1, 1, "a"), entry(1, 2, "b")))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"03", "01ffffffffffffffff", "017fffffffffffffff", "020000000040000000"})
    void refusesWhatIsNoAppendStream(String hex) {
        StreamDecoder decoder = new StreamDecoder(StreamKind.APPEND, LOCAL, PEER);

        assertThatThrownBy(() -> decoder.feed(HexFormat.of().parseHex(hex)))
                .isInstanceOf(MalformedProtoException.class);
    }

    /** A length alone costs nothing: memory grows with what comes. */
    @Test
    void waitsForLongFramesWithoutRoomForThem() {
        StreamDecoder decoder = new StreamDecoder(StreamKind.MESSAGE, LOCAL, PEER);
        decoder.feed(HexFormat.of().parseHex("0000000020000000"));
        decoder.feed(new byte[100]);
        assertThat(decoder.take()).isEmpty();
    }

    @Test
    void randomBytesAreRefusedOrWaitFor() {
        for (int seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            byte[] bytes = new byte[64];
            random.nextBytes(bytes);
            bytes[0] = (byte) random.nextInt(3);
            Arrays.fill(bytes, 1, 8, (byte) 0);
            for (StreamKind kind : StreamKind.values()) {
                try {
                    new StreamDecoder(kind, LOCAL, PEER).feed(bytes.clone());
                } catch (MalformedProtoException e) {
                    assertThat(e).hasMessageNotContaining("null");
                }
            }
        }
    }
}
