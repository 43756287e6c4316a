/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc.peer;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.ProtoWriter;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.MessageBytes;
import dev.quorate.raft.spi.MessageType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message that waits to be sent.
 *
 * @param message what to send
 * @param block its entries, null if it has none
 */
record Outgoing(Message message, @Nullable EntryBlock block) {
    private static final int HEAD_BYTES = 128;

    /** About how much it takes on the wire, and holds in memory. */
    long size() {
        return HEAD_BYTES + message.context().length() + (block == null ? 0 : block.size());
    }

    /** Tells whether it gives way to others: appended entries, and whatever is too long for one frame. */
    boolean isBulk() {
        return message.type() == MessageType.APPEND || isLong();
    }

    /** Tells whether it goes in parts. */
    boolean isLong() {
        return size() > FrameWriter.PART_BYTES;
    }

    /** The fields of the message but its entries, which follow them as they are. */
    Bytes head() {
        Message bare =
                block == null ? message : message.toBuilder().entries(List.of()).build();
        ProtoWriter writer = new ProtoWriter(64);
        MessageBytes.write(writer, bare);
        return writer.toBytes();
    }

    /** The entries, encoded; empty for none. */
    Bytes tail() {
        return block == null ? Bytes.EMPTY : block.bytes();
    }
}
