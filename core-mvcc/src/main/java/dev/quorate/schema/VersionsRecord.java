/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.schema;

import dev.quorate.api.bytes.Bytes;
import org.apiguardian.api.API;

/**
 * The versions that a member shows to others: JSON.
 *
 * <p>Source: etcd v3.7.1, {@code api/version/version.go}.
 *
 * @param server version of the member
 * @param cluster version of its cluster; {@code not_decided} until there is one
 * @param storage version of its stored schema; {@code unknown} until there is one
 */
@API(status = API.Status.EXPERIMENTAL)
public record VersionsRecord(String server, String cluster, String storage) {
    /**
     * Encodes versions.
     *
     * @return the JSON
     */
    public Bytes encode() {
        return new JsonWriter()
                .string("etcdserver", server)
                .string("etcdcluster", cluster)
                .string("storage", storage)
                .toBytes();
    }

    /**
     * Decodes versions.
     *
     * @param json the JSON
     * @return the versions; empty where there are none
     * @throws IllegalArgumentException if it is no such JSON
     */
    public static VersionsRecord decode(Bytes json) {
        String server = "";
        String cluster = "";
        String storage = "";
        JsonReader reader = new JsonReader(json);
        while (reader.next()) {
            switch (reader.name()) {
                case "etcdserver" -> server = reader.string();
                case "etcdcluster" -> cluster = reader.string();
                case "storage" -> storage = reader.string();
                default -> reader.skip();
            }
        }
        return new VersionsRecord(server, cluster, storage);
    }
}
