/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.spi;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.MalformedProtoException;
import dev.quorate.api.bytes.ProtoReader;
import dev.quorate.api.bytes.ProtoWriter;
import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Messages and entries as bytes: {@code raftpb.Message} and {@code raftpb.Entry}, for peer transports.
 *
 * <p>{@link Message#responses()} is no part of it: only local messages have them. Fields that hold zero or nothing are
 * left out of messages; entries have their numbers always, as in the log. Stateless.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class MessageBytes {
    private static final MessageType[] TYPES = MessageType.values();
    private static final EntryType[] ENTRY_TYPES = EntryType.values();

    private MessageBytes() {}

    /**
     * Writes a message.
     *
     * @param writer takes the fields, without a length in front
     * @param message what to write
     */
    public static void write(ProtoWriter writer, Message message) {
        writer.varintAlways(1, message.type().ordinal())
                .varint(2, message.to())
                .varint(3, message.from())
                .varint(4, message.term())
                .varint(5, message.logTerm())
                .varint(6, message.index());
        List<Entry> entries = message.entries();
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            writer.raw(7 << 3 | 2).raw(entrySize(entry));
            write(writer, entry);
        }
        writer.varint(8, message.commit());
        Snapshot snapshot = message.snapshot();
        if (snapshot != null) {
            int whole = writer.begin(9);
            writer.bytes(1, snapshot.data());
            int mark = writer.begin(2);
            writer.bytesAlways(1, snapshot.mark().confState().encode())
                    .varintAlways(2, snapshot.index())
                    .varintAlways(3, snapshot.term())
                    .end(mark)
                    .end(whole);
        }
        writer.bool(10, message.reject())
                .varint(11, message.rejectHint())
                .bytes(12, message.context())
                .varint(13, message.vote());
    }

    /**
     * Writes an entry.
     *
     * @param writer takes the fields, without a length in front
     * @param entry what to write
     */
    public static void write(ProtoWriter writer, Entry entry) {
        writer.varintAlways(1, entry.type().ordinal())
                .varintAlways(2, entry.term())
                .varintAlways(3, entry.index())
                .bytes(4, entry.data());
    }

    /**
     * Tells how many bytes {@link #write(ProtoWriter, Entry)} writes.
     *
     * @param entry an entry
     * @return bytes
     */
    public static int entrySize(Entry entry) {
        int data = entry.data().length();
        int fixed = 4 + ProtoWriter.varintSize(entry.term()) + ProtoWriter.varintSize(entry.index());
        return data == 0 ? fixed : fixed + 1 + ProtoWriter.varintSize(data) + data;
    }

    /**
     * Reads a message.
     *
     * @param reader stands at its beginning, ends at its end
     * @return the message; entries and context are slices of what is read
     * @throws MalformedProtoException if it is none
     */
    public static Message readMessage(ProtoReader reader) {
        long type = 0;
        Message.Builder read = Message.of(MessageType.HUP);
        long logTerm = 0;
        long index = 0;
        List<Entry> entries = List.of();
        Snapshot snapshot = null;
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> type = reader.varint();
                case 2 -> read.to(reader.varint());
                case 3 -> read.from(reader.varint());
                case 4 -> read.term(reader.varint());
                case 5 -> logTerm = reader.varint();
                case 6 -> index = reader.varint();
                case 7 -> {
                    entries = entries.isEmpty() ? new ArrayList<>() : entries;
                    entries.add(readEntry(reader.message()));
                }
                case 8 -> read.commit(reader.varint());
                case 9 -> snapshot = snapshot(reader.message());
                case 10 -> read.reject(reader.bool());
                case 11 -> read.rejectHint(reader.varint());
                case 12 -> read.context(reader.bytes());
                case 13 -> read.vote(reader.varint());
                default -> reader.skip();
            }
        }
        if (type < 0 || type >= TYPES.length) {
            throw new MalformedProtoException("type of a message is " + type);
        }
        return read.type(TYPES[(int) type])
                .at(logTerm, index)
                .entries(entries)
                .snapshot(meant(TYPES[(int) type], snapshot))
                .build();
    }

    /** Members before 3.6 put an empty snapshot into every message. */
    private static @Nullable Snapshot meant(MessageType type, @Nullable Snapshot snapshot) {
        return snapshot != null && snapshot.isEmpty() && type != MessageType.SNAPSHOT ? null : snapshot;
    }

    /**
     * Reads an entry.
     *
     * @param reader stands at its beginning, ends at its end
     * @return the entry; its data are a slice of what is read
     * @throws MalformedProtoException if it is none
     */
    public static Entry readEntry(ProtoReader reader) {
        long type = 0;
        long term = 0;
        long index = 0;
        Bytes data = Bytes.EMPTY;
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> type = reader.varint();
                case 2 -> term = reader.varint();
                case 3 -> index = reader.varint();
                case 4 -> data = reader.bytes();
                default -> reader.skip();
            }
        }
        if (type < 0 || type >= ENTRY_TYPES.length) {
            throw new MalformedProtoException("type of an entry is " + type);
        }
        return new Entry(term, index, ENTRY_TYPES[(int) type], data);
    }

    private static Snapshot snapshot(ProtoReader reader) {
        Bytes data = Bytes.EMPTY;
        SnapshotMark mark = SnapshotMark.NONE;
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> data = reader.bytes();
                case 2 -> mark = mark(reader.message());
                default -> reader.skip();
            }
        }
        return new Snapshot(mark, data);
    }

    private static SnapshotMark mark(ProtoReader reader) {
        ConfState confState = ConfState.EMPTY;
        long index = 0;
        long term = 0;
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> confState = ConfState.decode(reader.bytes());
                case 2 -> index = reader.varint();
                case 3 -> term = reader.varint();
                default -> reader.skip();
            }
        }
        return new SnapshotMark(index, term, confState);
    }
}
