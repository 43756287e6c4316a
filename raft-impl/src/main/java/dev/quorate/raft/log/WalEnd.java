/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.log;

import dev.quorate.api.bytes.Bytes;
import java.util.List;
import org.apiguardian.api.API;

/** Where a log that was read goes on; {@link Wal#open} wants to know it. Immutable. */
@API(status = API.Status.INTERNAL)
public final class WalEnd {
    private final List<WalSegment> segments;
    private final Bytes metadata;
    private final int crc;
    private final int validEnd;
    private final boolean torn;

    WalEnd(List<WalSegment> segments, Bytes metadata, WalReader last) {
        this.segments = List.copyOf(segments);
        this.metadata = metadata;
        this.crc = last.crc();
        this.validEnd = last.validEnd();
        this.torn = last.isTorn();
    }

    List<WalSegment> segments() {
        return segments;
    }

    Bytes metadata() {
        return metadata;
    }

    int crc() {
        return crc;
    }

    /** Where the valid part of the last file ends. */
    int validEnd() {
        return validEnd;
    }

    /** Whether a batch was cut short behind it. */
    boolean torn() {
        return torn;
    }
}
