/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.spi;

import org.apiguardian.api.API;

/**
 * Where chance comes from: election timeouts are spread by it, so that members do not stand for election together.
 *
 * <p>Implemented by whoever puts a member together, with a seed in tests; called by the Raft mailbox, one thread at a
 * time. Must not block.
 */
@API(status = API.Status.EXPERIMENTAL)
@FunctionalInterface
public interface Random {
    /**
     * Returns the next number.
     *
     * @param bound above 0
     * @return from 0 to below {@code bound}
     */
    int nextInt(int bound);
}
