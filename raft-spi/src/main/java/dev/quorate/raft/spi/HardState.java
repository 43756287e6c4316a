/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.spi;

import org.apiguardian.api.API;

/**
 * What a member must never forget.
 *
 * @param term current term
 * @param vote whom it voted for in that term, 0 for nobody
 * @param commit last entry known to be committed; may lag behind the truth
 */
@API(status = API.Status.EXPERIMENTAL)
public record HardState(long term, long vote, long commit) {
    /** Nothing is known yet. */
    public static final HardState EMPTY = new HardState(0, 0, 0);
}
