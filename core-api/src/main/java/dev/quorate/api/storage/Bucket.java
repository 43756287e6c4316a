/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.storage;

import org.apiguardian.api.API;

/**
 * A named, ordered set of rows in a {@link StorageEngine}.
 *
 * @param name the name; what snapshots and hashes call it
 * @param number 0 to 255, never given to another bucket: engines may store it in front of each key
 */
@API(status = API.Status.EXPERIMENTAL)
public record Bucket(String name, int number) {
    /** Checks the number. */
    public Bucket {
        if (number < 0 || number > 255) {
            throw new IllegalArgumentException("number of bucket " + name + " is " + number);
        }
    }
}
