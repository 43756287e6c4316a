/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.spi;

import java.util.List;
import org.apiguardian.api.API;

/**
 * What committed entries are applied to.
 *
 * <p>Implemented by the server. All calls of {@link #apply} come from one thread, in the order of the log, each entry
 * once per life of the process; after a start they begin behind {@link #appliedIndex}.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface StateMachine {
    /**
     * Applies committed entries. When it returns, reads see their effect.
     *
     * @param entries at least one, indexes without a gap
     * @throws RuntimeException if storage fails or an invariant is broken: the member ends
     */
    void apply(List<Entry> entries);

    /**
     * Returns the last entry whose effect the state holds, as found in storage at the start and moved by
     * {@link #apply}.
     *
     * @return the index, 0 for none. Thread-safe
     */
    long appliedIndex();

    /**
     * Returns the last entry whose effect would survive a crash: the log is cut only below it.
     *
     * @return the index, not above {@link #appliedIndex}. Thread-safe
     */
    long durableIndex();

    /**
     * Makes everything applied so far durable, so that the log may be cut. May block on the disk; never called on the
     * thread that applies.
     */
    void flush();
}
