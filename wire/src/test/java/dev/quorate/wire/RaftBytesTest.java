/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.MalformedProtoException;
import dev.quorate.api.bytes.ProtoReader;
import dev.quorate.api.bytes.ProtoWriter;
import dev.quorate.raft.log.Wal;
import dev.quorate.raft.log.WalOptions;
import dev.quorate.raft.spi.ConfChange;
import dev.quorate.raft.spi.ConfChangeSingle;
import dev.quorate.raft.spi.ConfChangeV2;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.EntryType;
import dev.quorate.raft.spi.HardState;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.MessageBytes;
import dev.quorate.raft.spi.SnapshotMark;
import dev.quorate.wire.etcdserverpb.Metadata;
import dev.quorate.wire.raftpb.ConfChangeTransition;
import dev.quorate.wire.raftpb.ConfChangeType;
import dev.quorate.wire.raftpb.ConfState;
import dev.quorate.wire.raftpb.MessageType;
import dev.quorate.wire.raftpb.SnapshotMetadata;
import dev.quorate.wire.walpb.Record;
import dev.quorate.wire.walpb.Snapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Raft stores and sends, by hand against the generated classes. */
class RaftBytesTest {
    private static final int METADATA = 1;
    private static final int ENTRY = 2;
    private static final int STATE = 3;
    private static final int CRC = 4;
    private static final int SNAPSHOT = 5;

    @TempDir
    private Path folder;

    @Test
    void membershipChangesAreThoseOfTheGeneratedClass() {
        Seeds.each(values -> {
            ConfChange change = new ConfChange(
                    values.number(),
                    ConfChange.Type.values()[values.below(ConfChange.Type.values().length)],
                    values.number(),
                    values.bytes());
            var message = dev.quorate.wire.raftpb.ConfChange.newBuilder()
                    .setType(ConfChangeType.forNumber(change.type().ordinal()))
                    .setNodeId(change.nodeId());
            if (change.id() != 0) {
                message.setId(change.id());
            }
            if (!change.context().isEmpty()) {
                message.setContext(Protos.of(change.context()));
            }
            Bytes expected = Bytes.wrap(message.build().toByteArray());

            assertThat(change.encode()).isEqualTo(expected);
            assertThat(ConfChange.decode(expected)).isEqualTo(change);
        });
    }

    @Test
    void changesOfSeveralMembersAreThoseOfTheGeneratedClasses() {
        Seeds.each(values -> {
            List<ConfChangeSingle> singles = new ArrayList<>();
            var message = dev.quorate.wire.raftpb.ConfChangeV2.newBuilder();
            for (int i = values.below(4); i >= 0; i--) {
                ConfChangeSingle single = new ConfChangeSingle(
                        ConfChange.Type.values()[values.below(ConfChange.Type.values().length)], values.number());
                singles.add(single);
                message.addChangesBuilder()
                        .setType(ConfChangeType.forNumber(single.type().ordinal()))
                        .setNodeId(single.nodeId());
            }
            ConfChangeV2 change =
                    new ConfChangeV2(ConfChangeV2.Transition.values()[values.below(3)], singles, values.bytes());
            message.setTransition(
                    ConfChangeTransition.forNumber(change.transition().ordinal()));
            if (!change.context().isEmpty()) {
                message.setContext(Protos.of(change.context()));
            }
            Bytes expected = Bytes.wrap(message.build().toByteArray());

            assertThat(change.encode()).isEqualTo(expected);
            assertThat(ConfChangeV2.decode(expected)).isEqualTo(change);
        });
        assertThat(ConfChangeV2.decode(Bytes.EMPTY)).isEqualTo(ConfChangeV2.LEAVE_JOINT);
    }

    @Test
    void messageTypesHaveTheNumbersAndNamesOfTheGeneratedClasses() {
        for (dev.quorate.raft.spi.MessageType type : dev.quorate.raft.spi.MessageType.values()) {
            assertThat(MessageType.forNumber(type.ordinal())).hasToString(type.wireName());
        }
        assertThat(MessageType.values()).hasSameSizeAs(dev.quorate.raft.spi.MessageType.values());
    }

    @Test
    void messagesAreThoseOfTheGeneratedClass() {
        Seeds.each(values -> {
            Message message = randomMessage(values);
            Bytes expected = Bytes.wrap(generated(message).toByteArray());

            ProtoWriter writer = new ProtoWriter();
            MessageBytes.write(writer, message);

            assertThat(writer.toBytes()).isEqualTo(expected);
            assertThat(MessageBytes.readMessage(new ProtoReader(expected))).isEqualTo(message);
        });
    }

    @Test
    void takesNoSnapshotForAnEmptyOne() {
        Message message = Message.of(dev.quorate.raft.spi.MessageType.HEARTBEAT).build();
        byte[] old = generated(message).toBuilder()
                .setSnapshot(dev.quorate.wire.raftpb.Snapshot.newBuilder()
                        .setMetadata(SnapshotMetadata.newBuilder().setIndex(0).setTerm(0)))
                .build()
                .toByteArray();

        assertThat(MessageBytes.readMessage(new ProtoReader(Bytes.wrap(old)))).isEqualTo(message);
    }

    @Test
    void refusesTypesThatItDoesNotKnow() {
        Bytes message = new ProtoWriter().varint(1, 24).toBytes();
        Bytes entry = new ProtoWriter().varint(1, 3).toBytes();

        assertThatThrownBy(() -> MessageBytes.readMessage(new ProtoReader(message)))
                .isInstanceOf(MalformedProtoException.class);
        assertThatThrownBy(() -> MessageBytes.readEntry(new ProtoReader(entry)))
                .isInstanceOf(MalformedProtoException.class);
    }

    private static Message randomMessage(Values values) {
        List<Entry> entries = new ArrayList<>();
        for (int i = values.below(4); i > 0; i--) {
            entries.add(new Entry(
                    values.number(),
                    values.number(),
                    EntryType.values()[values.below(EntryType.values().length)],
                    values.bytes()));
        }
        Message.Builder message = Message.of(dev.quorate.raft.spi.MessageType.values()[values.below(24)])
                .to(values.number())
                .from(values.number())
                .term(values.number())
                .at(values.number(), values.number())
                .entries(entries)
                .commit(values.number())
                .reject(values.truth())
                .rejectHint(values.number())
                .context(values.bytes())
                .vote(values.number());
        if (values.truth()) {
            message.snapshot(new dev.quorate.raft.spi.Snapshot(
                    new SnapshotMark(
                            values.number() | 1,
                            values.number(),
                            new dev.quorate.raft.spi.ConfState(
                                    List.of(7L, values.number()),
                                    List.of(values.number()),
                                    List.of(),
                                    List.of(3L),
                                    true)),
                    values.bytes()));
        }
        return message.build();
    }

    private static dev.quorate.wire.raftpb.Message generated(Message message) {
        var to = dev.quorate.wire.raftpb.Message.newBuilder()
                .setType(MessageType.forNumber(message.type().ordinal()));
        unlessZero(message.to(), to::setTo);
        unlessZero(message.from(), to::setFrom);
        unlessZero(message.term(), to::setTerm);
        unlessZero(message.logTerm(), to::setLogTerm);
        unlessZero(message.index(), to::setIndex);
        message.entries().forEach(entry -> to.addEntries(message(entry)));
        unlessZero(message.commit(), to::setCommit);
        var snapshot = message.snapshot();
        if (snapshot != null) {
            var inner = dev.quorate.wire.raftpb.Snapshot.newBuilder()
                    .setMetadata(SnapshotMetadata.newBuilder()
                            .setConfState(confState(snapshot.mark().confState()))
                            .setIndex(snapshot.index())
                            .setTerm(snapshot.term()));
            if (!snapshot.data().isEmpty()) {
                inner.setData(Protos.of(snapshot.data()));
            }
            to.setSnapshot(inner);
        }
        if (message.reject()) {
            to.setReject(true);
        }
        unlessZero(message.rejectHint(), to::setRejectHint);
        if (!message.context().isEmpty()) {
            to.setContext(Protos.of(message.context()));
        }
        unlessZero(message.vote(), to::setVote);
        return to.build();
    }

    private static void unlessZero(long number, LongConsumer set) {
        if (number != 0) {
            set.accept(number);
        }
    }

    @Test
    void recordsOfTheLogAreThoseOfTheGeneratedClasses() throws IOException {
        Values values = new Values(new Random(1));
        List<Entry> entries = new ArrayList<>();
        HardState state = new HardState(0x1234567890L, -5, 40);
        SnapshotMark mark = new SnapshotMark(
                20,
                3,
                new dev.quorate.raft.spi.ConfState(
                        List.of(7L, -9L), List.of(1L << 40), List.of(7L, 3L), List.of(3L), true));
        WalOptions options = new WalOptions(
                folder.resolve("wal"),
                folder.resolve("snap"),
                64 << 10,
                0,
                0,
                false,
                () -> Bytes.EMPTY,
                () -> 0L,
                Wal.Observer.NONE);
        Files.createDirectories(options.folder());
        Files.createDirectories(options.snapshotFolder());
        try (Wal wal = Wal.create(options, -2, 99)) {
            for (int i = 1; i <= 40; i++) {
                Entry entry = new Entry(
                        1L << i, i, EntryType.values()[values.below(EntryType.values().length)], values.bytes());
                entries.add(entry);
                wal.append(List.of(entry), i == 40 ? state : new HardState(1L << i, 0, i - 1));
                if (i == 30) {
                    wal.snapshot(mark);
                }
            }
        }

        List<Record> records = records(options.folder());
        assertThat(records.get(0).getType()).isEqualTo(CRC);
        assertThat(data(records, METADATA))
                .first()
                .isEqualTo(Metadata.newBuilder()
                        .setNodeID(-2)
                        .setClusterID(99)
                        .build()
                        .toByteString());
        assertThat(data(records, ENTRY))
                .containsExactlyElementsOf(entries.stream()
                        .map(entry -> message(entry).toByteString())
                        .toList());
        assertThat(data(records, STATE))
                .last()
                .isEqualTo(dev.quorate.wire.raftpb.HardState.newBuilder()
                        .setTerm(state.term())
                        .setVote(state.vote())
                        .setCommit(state.commit())
                        .build()
                        .toByteString());
        assertThat(data(records, SNAPSHOT))
                .startsWith(Snapshot.newBuilder().setIndex(0).setTerm(0).build().toByteString())
                .contains(Snapshot.newBuilder()
                        .setIndex(mark.index())
                        .setTerm(mark.term())
                        .setConfState(confState(mark.confState()))
                        .build()
                        .toByteString());
    }

    private static ConfState confState(dev.quorate.raft.spi.ConfState state) {
        return ConfState.newBuilder()
                .addAllVoters(state.voters())
                .addAllLearners(state.learners())
                .addAllVotersOutgoing(state.votersOutgoing())
                .addAllLearnersNext(state.learnersNext())
                .setAutoLeave(state.autoLeave())
                .build();
    }

    private static dev.quorate.wire.raftpb.Entry message(Entry entry) {
        var message = dev.quorate.wire.raftpb.Entry.newBuilder()
                .setType(
                        dev.quorate.wire.raftpb.EntryType.forNumber(entry.type().ordinal()))
                .setTerm(entry.term())
                .setIndex(entry.index());
        if (!entry.data().isEmpty()) {
            message.setData(Protos.of(entry.data()));
        }
        return message.build();
    }

    private static List<com.google.protobuf.ByteString> data(List<Record> records, int type) {
        return records.stream()
                .filter(one -> one.getType() == type)
                .map(Record::getData)
                .toList();
    }

    /** Reads the frames of every file, and holds each against what the generated class would have written. */
    private static List<Record> records(Path wal) throws IOException {
        List<Record> records = new ArrayList<>();
        try (var files = Files.list(wal)) {
            files.filter(file -> file.toString().endsWith(".wal")).sorted().forEach(file -> read(file, records));
        }
        return records;
    }

    private static void read(Path file, List<Record> records) {
        try {
            ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
            while (content.remaining() >= Long.BYTES) {
                long head = content.getLong();
                if (head == 0) {
                    return; // not written yet
                }
                byte[] framed = new byte[(int) (head & 0xFF_FFFF_FFFF_FFFFL)];
                content.get(framed);
                content.position(content.position() + (int) (head >>> 56 & 7));
                Record parsed = Record.parseFrom(framed);
                assertThat(framed).isEqualTo(parsed.toByteArray());
                records.add(parsed);
            }
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(file + " holds a frame that is no record", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
