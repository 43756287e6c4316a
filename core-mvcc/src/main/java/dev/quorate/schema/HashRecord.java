/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.schema;

import dev.quorate.api.bytes.Bytes;
import org.apiguardian.api.API;

/**
 * The hash of a member's keys, as a member shows it to others: JSON.
 *
 * <p>Source: etcd v3.7.1, {@code server/etcdserver/corrupt.go}.
 *
 * @param revision revision of the member
 * @param hash the hash, unsigned
 * @param compactRevision up to where history is forgotten
 * @param hashRevision up to where it is hashed
 */
@API(status = API.Status.EXPERIMENTAL)
public record HashRecord(long revision, int hash, long compactRevision, long hashRevision) {
    /**
     * Decodes the question for a hash.
     *
     * @param json the JSON
     * @return up to which revision, 0 for now
     * @throws IllegalArgumentException if it is no such JSON
     */
    public static long decodeQuestion(Bytes json) {
        long revision = 0;
        JsonReader reader = new JsonReader(json);
        while (reader.next()) {
            if (reader.name().equals("revision")) {
                revision = reader.number();
            } else {
                reader.skip();
            }
        }
        return revision;
    }

    /**
     * Encodes a hash; as in etcd, what is 0 is left out.
     *
     * @return the JSON
     */
    public Bytes encode() {
        StringBuilder json = new StringBuilder("{\"header\":{");
        if (revision != 0) {
            json.append("\"revision\":").append(revision);
        }
        json.append('}');
        append(json, "hash", Integer.toUnsignedLong(hash));
        append(json, "compact_revision", compactRevision);
        append(json, "hash_revision", hashRevision);
        return Bytes.utf8(json.append('}').toString());
    }

    private static void append(StringBuilder json, String name, long number) {
        if (number != 0) {
            json.append(",\"").append(name).append("\":").append(number);
        }
    }
}
