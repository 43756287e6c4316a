/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.ProtoReader;
import dev.quorate.api.bytes.ProtoWriter;
import org.apiguardian.api.API;

/**
 * A key with its value and its place in history, as stored and as clients see it.
 *
 * @param key the key; never empty in the store
 * @param createRevision main revision at which this generation of the key began; 0 in a tombstone
 * @param modRevision main revision of the last change
 * @param version number of changes in this generation, from 1; 0 in a tombstone
 * @param value the value, may be empty
 * @param lease id of the lease that the key is attached to, 0 for none
 */
@API(status = API.Status.EXPERIMENTAL)
public record KeyValue(Bytes key, long createRevision, long modRevision, long version, Bytes value, long lease) {

    /**
     * Decodes a stored record: the message {@code mvccpb.KeyValue}.
     *
     * @param encoded the record
     * @return a value whose key and value are slices of the record
     * @throws dev.quorate.api.bytes.MalformedProtoException if it is not such a message
     */
    public static KeyValue decode(Bytes encoded) {
        Bytes key = Bytes.EMPTY;
        Bytes value = Bytes.EMPTY;
        long create = 0;
        long mod = 0;
        long version = 0;
        long lease = 0;
        ProtoReader reader = new ProtoReader(encoded);
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> key = reader.bytes();
                case 2 -> create = reader.varint();
                case 3 -> mod = reader.varint();
                case 4 -> version = reader.varint();
                case 5 -> value = reader.bytes();
                case 6 -> lease = reader.varint();
                default -> reader.skip();
            }
        }
        return new KeyValue(key, create, mod, version, value, lease);
    }

    /**
     * Appends the fields of {@code mvccpb.KeyValue} in number order, zero ones left out: the bytes that are stored,
     * hashed and sent.
     *
     * @param writer where to
     */
    public void encodeTo(ProtoWriter writer) {
        writer.bytes(1, key)
                .varint(2, createRevision)
                .varint(3, modRevision)
                .varint(4, version)
                .bytes(5, value)
                .varint(6, lease);
    }

    /**
     * Encodes as {@code mvccpb.KeyValue}.
     *
     * @return the record
     */
    public Bytes encode() {
        ProtoWriter writer = new ProtoWriter(key.length() + value.length() + 48);
        encodeTo(writer);
        return writer.toBytes();
    }
}
