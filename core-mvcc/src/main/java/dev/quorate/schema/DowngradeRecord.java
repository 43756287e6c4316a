/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.schema;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.DowngradeInfo;
import org.apiguardian.api.API;

/** A downgrade as bucket {@code cluster} holds it: JSON. */
@API(status = API.Status.EXPERIMENTAL)
public final class DowngradeRecord {
    private DowngradeRecord() {}

    /**
     * Encodes a downgrade.
     *
     * @param downgrade the downgrade
     * @return the JSON
     */
    public static Bytes encode(DowngradeInfo downgrade) {
        return new JsonWriter()
                .string("target-version", downgrade.targetVersion())
                .bool("enabled", downgrade.enabled())
                .toBytes();
    }

    /**
     * Decodes a downgrade.
     *
     * @param json the JSON
     * @return the downgrade
     * @throws IllegalArgumentException if it is no such JSON
     */
    public static DowngradeInfo decode(Bytes json) {
        String version = "";
        boolean enabled = false;
        JsonReader reader = new JsonReader(json);
        while (reader.next()) {
            switch (reader.name()) {
                case "target-version" -> version = reader.string();
                case "enabled" -> enabled = reader.bool();
                default -> reader.skip();
            }
        }
        return new DowngradeInfo(enabled, version);
    }
}
