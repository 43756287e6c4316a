/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.simulation;

/** Chance, all of it from one seed. */
@FunctionalInterface
public interface Chance {
    /**
     * Throws a die.
     *
     * @param bound above any number that comes
     * @return a number from 0 to below the bound
     */
    int dice(int bound);
}
