/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http.peer;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.ProtoWriter;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.MessageBytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Entries in the form of the append stream, encoded once for all followers, when the first needs them. Encoding is for
 * the event loop only.
 */
final class EntryBlock {
    private final List<Entry> entries;
    private final long size;
    private @Nullable Bytes encoded;

    EntryBlock(List<Entry> entries) {
        this.entries = entries;
        long sum = 0;
        for (int i = 0; i < entries.size(); i++) {
            sum += Long.BYTES + MessageBytes.entrySize(entries.get(i));
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

    int count() {
        return entries.size();
    }

    Bytes bytes() {
        Bytes known = encoded;
        if (known == null) {
            ProtoWriter writer = new ProtoWriter(Math.toIntExact(size));
            for (int i = 0; i < entries.size(); i++) {
                Entry entry = entries.get(i);
                BigEndian.write(writer, MessageBytes.entrySize(entry));
                MessageBytes.write(writer, entry);
            }
            known = writer.toBytes();
            encoded = known;
        }
        return known;
    }
}
