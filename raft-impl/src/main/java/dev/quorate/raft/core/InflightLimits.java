/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

/**
 * How much may be on its way to a member.
 *
 * @param messagesMax appends that are not acknowledged
 * @param bytesMax bytes of their entries' data, 0 for no limit
 */
record InflightLimits(int messagesMax, long bytesMax) {
    Inflights newInflights() {
        return new Inflights(messagesMax, bytesMax);
    }
}
