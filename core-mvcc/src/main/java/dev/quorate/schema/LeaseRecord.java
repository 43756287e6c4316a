/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.schema;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.ProtoReader;
import dev.quorate.api.bytes.ProtoWriter;
import org.apiguardian.api.API;

/**
 * A lease as bucket {@code lease} holds it: the message {@code leasepb.Lease}.
 *
 * @param id the lease
 * @param ttlSeconds time to live as granted
 * @param remainingTtlSeconds what was left of it at the last checkpoint, 0 for none
 */
@API(status = API.Status.EXPERIMENTAL)
public record LeaseRecord(long id, long ttlSeconds, long remainingTtlSeconds) {
    /**
     * Returns the key of a lease in its bucket.
     *
     * @param id the lease
     * @return eight bytes
     */
    public static Bytes key(long id) {
        return Buckets.longBytes(id);
    }

    /**
     * Encodes the record.
     *
     * @return the message
     */
    public Bytes encode() {
        return new ProtoWriter(32)
                .varint(1, id)
                .varint(2, ttlSeconds)
                .varint(3, remainingTtlSeconds)
                .toBytes();
    }

    /**
     * Decodes a record.
     *
     * @param bytes the message
     * @return the record
     * @throws dev.quorate.api.bytes.MalformedProtoException if it is not such a message
     */
    public static LeaseRecord decode(Bytes bytes) {
        long id = 0;
        long ttl = 0;
        long remaining = 0;
        ProtoReader reader = new ProtoReader(bytes);
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> id = reader.varint();
                case 2 -> ttl = reader.varint();
                case 3 -> remaining = reader.varint();
                default -> reader.skip();
            }
        }
        return new LeaseRecord(id, ttl, remaining);
    }
}
