/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.log;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.MalformedProtoException;
import dev.quorate.api.bytes.ProtoReader;
import dev.quorate.raft.spi.ConfState;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.EntryType;
import dev.quorate.raft.spi.HardState;
import dev.quorate.raft.spi.SnapshotMark;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The records of one file of a log, every sum checked. Reads what etcd 3.4 to 3.7 wrote as well as our own.
 *
 * <p>The end of the last file may be torn: a batch that was being written when the power went, some of whose 512-byte
 * sectors are still zero. Such a tail was never acknowledged and is left out ({@link #validEnd}). Damage anywhere else
 * is refused. Not thread-safe. Source: etcd v3.7.1, {@code server/storage/wal/decoder.go}.
 */
final class WalReader {
    private static final int SECTOR = 512;

    /** A snapshot that was noted after so many entries of the file. */
    record Noted(SnapshotMark mark, int entriesBefore) {}

    private final List<Noted> snapshots = new ArrayList<>();
    private final List<Entry> entries = new ArrayList<>();
    private @Nullable HardState state;
    private @Nullable Bytes metadata;
    private Crc32c crc = new Crc32c(0);
    private int firstCrc;
    private boolean summed;
    private int validEnd;
    private boolean torn;

    /**
     * Reads one file.
     *
     * @param name its name, for messages
     * @param data its bytes
     * @param last whether it is the last one, whose end may be torn
     * @throws WalDamagedException if it cannot be trusted
     */
    void read(String name, byte[] data, boolean last) {
        int at = 0;
        while (at + 8 <= data.length) {
            long head = littleEndian(data, at);
            if (head == 0) {
                takeEnd(name, data, at, last);
                break;
            }
            long length = head & 0x00FF_FFFF_FFFF_FFFFL;
            int padding = head < 0 ? (int) (head >>> 56) & 7 : 0;
            long end = at + 8L + length + padding;
            String wrong = end > data.length || length > data.length
                    ? "a record of " + length + " bytes goes beyond the end"
                    : take(data, at + 8, (int) length);
            if (wrong != null) {
                boolean beyond = end > data.length;
                if (last && isTorn(data, at, beyond ? data.length : (int) end, beyond)) {
                    torn = true;
                    break;
                }
                throw new WalDamagedException(name, at, wrong);
            }
            at = (int) end;
        }
        validEnd = at;
        if (last && !torn && at < data.length && !isZero(data, at, data.length)) {
            torn = true; // less than the head of a frame is left
        }
    }

    /** Behind the end there are only zeroes, unless the beginning of the last batch is missing. */
    private void takeEnd(String name, byte[] data, int at, boolean last) {
        if (isZero(data, at, data.length)) {
            return;
        }
        if (!last || laterBatchFollows(data, at)) {
            throw new WalDamagedException(name, at, "zeroes where a record should be");
        }
        torn = true;
    }

    private static long littleEndian(byte[] data, int at) {
        long value = 0;
        for (int i = 7; i >= 0; i--) {
            value = value << 8 | (data[at + i] & 0xFF);
        }
        return value;
    }

    /** Takes a record; returns what is wrong with it, or null. */
    private @Nullable String take(byte[] data, int offset, int length) {
        try {
            long type = 0;
            int sum = 0;
            Bytes content = Bytes.EMPTY;
            ProtoReader reader = new ProtoReader(data, offset, length);
            while (reader.next()) {
                switch (reader.field()) {
                    case 1 -> type = reader.varint();
                    case 2 -> sum = (int) reader.varint();
                    case 3 -> content = reader.bytes();
                    default -> reader.skip();
                }
            }
            if (type == RecordBuffer.TYPE_CRC) {
                return takeCrc(sum);
            }
            Crc32c next = new Crc32c(crc.value());
            next.update(content.sharedArray(), content.sharedOffset(), content.length());
            if (next.value() != sum) {
                return String.format(Locale.ROOT, "the sum of a record is %08x instead of %08x", next.value(), sum);
            }
            crc = next;
            summed = true;
            return takeContent((int) type, content);
        } catch (MalformedProtoException e) {
            return "a record cannot be read: " + e.getMessage();
        }
    }

    private @Nullable String takeCrc(int sum) {
        if (summed && crc.value() != 0 && crc.value() != sum) {
            return String.format(Locale.ROOT, "the sum so far is %08x instead of %08x", crc.value(), sum);
        }
        if (!summed) {
            firstCrc = sum;
        }
        crc = new Crc32c(sum);
        summed = true;
        return null;
    }

    private @Nullable String takeContent(int type, Bytes content) {
        switch (type) {
            case RecordBuffer.TYPE_METADATA -> {
                if (metadata != null && !metadata.equals(content)) {
                    return "the file belongs to another member";
                }
                metadata = content.compact();
            }
            case RecordBuffer.TYPE_ENTRY -> entries.add(entry(content));
            case RecordBuffer.TYPE_STATE -> state = hardState(content);
            case RecordBuffer.TYPE_SNAPSHOT -> snapshots.add(new Noted(snapshot(content), entries.size()));
            default -> {
                return "a record is of type " + type;
            }
        }
        return null;
    }

    private static Entry entry(Bytes content) {
        long type = 0;
        long term = 0;
        long index = 0;
        Bytes data = Bytes.EMPTY;
        ProtoReader reader = new ProtoReader(content);
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> type = reader.varint();
                case 2 -> term = reader.varint();
                case 3 -> index = reader.varint();
                case 4 -> data = reader.bytes();
                default -> reader.skip();
            }
        }
        if (type < 0 || type > 2) {
            throw new MalformedProtoException("an entry is of type " + type);
        }
        return new Entry(term, index, EntryType.values()[(int) type], data.compact());
    }

    private static HardState hardState(Bytes content) {
        long[] fields = new long[4];
        ProtoReader reader = new ProtoReader(content);
        while (reader.next()) {
            if (reader.field() <= 3) {
                fields[reader.field()] = reader.varint();
            } else {
                reader.skip();
            }
        }
        return new HardState(fields[1], fields[2], fields[3]);
    }

    private static SnapshotMark snapshot(Bytes content) {
        long index = 0;
        long term = 0;
        ConfState confState = ConfState.EMPTY;
        ProtoReader reader = new ProtoReader(content);
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> index = reader.varint();
                case 2 -> term = reader.varint();
                case 3 -> confState = ConfState.decode(reader.bytes());
                default -> reader.skip();
            }
        }
        return new SnapshotMark(index, term, confState);
    }

    /**
     * Tells whether what is wrong at a place can be the rest of a write that the power cut short: one of its sectors is
     * still zero, and no later batch was begun, which would mean that this one had been acknowledged.
     */
    private static boolean isTorn(byte[] data, int frame, int end, boolean beyondEnd) {
        boolean zeroSector = beyondEnd;
        for (int sector = frame - frame % SECTOR; sector < end && !zeroSector; sector += SECTOR) {
            zeroSector = isZero(data, Math.max(sector, frame), Math.min(Math.min(sector + SECTOR, end), data.length));
        }
        return zeroSector && !laterBatchFollows(data, frame);
    }

    private static boolean isZero(byte[] data, int from, int to) {
        for (int i = from; i < to; i++) {
            if (data[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean laterBatchFollows(byte[] data, int frame) {
        byte[] mark = RecordBuffer.MARK;
        for (int at = frame; at + mark.length + 8 <= data.length; at++) {
            if (data[at] == mark[0] && matches(data, at, mark)) {
                long batch = littleEndian(data, at + mark.length);
                if (batch > frame && batch < at && batch % LogFiles.ALIGNMENT == 0) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean matches(byte[] data, int at, byte[] mark) {
        for (int i = 1; i < mark.length; i++) {
            if (data[at + i] != mark[i]) {
                return false;
            }
        }
        return true;
    }

    /** Where the valid part of the file read last ends. */
    int validEnd() {
        return validEnd;
    }

    /** Whether the file read last ends torn. */
    boolean isTorn() {
        return torn;
    }

    /** The sum that the file begins with: that of all files before it. */
    int firstCrc() {
        return firstCrc;
    }

    /** The sum at the end of the file. */
    int crc() {
        return crc.value();
    }

    @Nullable
    Bytes metadata() {
        return metadata;
    }

    /** The last hard state in the file. */
    @Nullable
    HardState state() {
        return state;
    }

    /** What the file says of snapshots, in the order in which it was noted. */
    List<SnapshotMark> snapshots() {
        return snapshots.stream().map(Noted::mark).toList();
    }

    /** The last entry that was written. */
    @Nullable
    Entry lastEntry() {
        return entries.isEmpty() ? null : entries.get(entries.size() - 1);
    }

    /** Hands over entries and snapshots in the order in which they were written. */
    void replay(String name, WalEntries log) {
        int next = 0;
        for (Noted snapshot : snapshots) {
            for (; next < snapshot.entriesBefore(); next++) {
                log.add(entries.get(next), name);
            }
            log.note(snapshot.mark());
        }
        for (; next < entries.size(); next++) {
            log.add(entries.get(next), name);
        }
    }
}
