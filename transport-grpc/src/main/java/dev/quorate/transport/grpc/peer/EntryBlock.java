/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc.peer;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.ProtoWriter;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.MessageBytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Entries as the field of a message, encoded once for all followers, when the first needs them. Encoding is for the
 * event loop only.
 */
final class EntryBlock {
    private static final int ENTRIES_FIELD = 7 << 3 | 2; // of raftpb.Message

    private final List<Entry> entries;
    private final long size;
    private @Nullable Bytes encoded;

    EntryBlock(List<Entry> entries) {
        this.entries = entries;
        long sum = 0;
        for (int i = 0; i < entries.size(); i++) {
            int one = MessageBytes.entrySize(entries.get(i));
            sum += 1 + ProtoWriter.varintSize(one) + one;
        }
        size = sum;
    }

    /** Tells whether these are the very same entries. */
    @SuppressWarnings("ReferenceEquality") // to compare what they hold would cost what this saves
    boolean holds(List<Entry> others) {
        if (entries == others) {
            return true;
        }
        int count = entries.size();
        return count == others.size()
                && count > 0
                && entries.get(0) == others.get(0)
                && entries.get(count - 1) == others.get(count - 1);
    }

    /** Bytes of the encoded form. */
    long size() {
        return size;
    }

    Bytes bytes() {
        Bytes known = encoded;
        if (known == null) {
            ProtoWriter writer = new ProtoWriter(Math.toIntExact(size));
            for (int i = 0; i < entries.size(); i++) {
                Entry entry = entries.get(i);
                writer.raw(ENTRIES_FIELD).raw(MessageBytes.entrySize(entry));
                MessageBytes.write(writer, entry);
            }
            known = writer.toBytes();
            encoded = known;
        }
        return known;
    }
}
