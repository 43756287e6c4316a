/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.platform;

import org.apiguardian.api.API;

/** Gives random numbers; seeded in tests. Thread-safe. */
@API(status = API.Status.EXPERIMENTAL)
public interface Randomness {
    /**
     * Returns a random number.
     *
     * @return any 64 bits
     */
    long nextLong();
}
