/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.inbound;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.LockResponse;
import dev.quorate.api.model.UnlockResponse;
import java.util.concurrent.CompletableFuture;
import org.apiguardian.api.API;

/**
 * Mutual exclusion by keys that hang on leases. Cancelling the future of a lock that still waits gives the place in the
 * queue up.
 *
 * <p>Answers come as futures that fail with {@link dev.quorate.api.error.EtcdException} for expected outcomes. No
 * method blocks or throws; futures are completed on a thread of the member, which must not be held up: go on with an
 * executor of your own for anything long. Thread-safe.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface Locks {
    /**
     * Takes a lock, waiting for its turn.
     *
     * @param name name of the lock
     * @param lease lease that the ownership hangs on; 0 makes one of 60 seconds that nobody renews
     * @return the answer, when the lock is taken
     */
    CompletableFuture<LockResponse> lock(Bytes name, long lease);

    /**
     * Gives a lock back.
     *
     * @param key what the lock answered with; others are ignored
     * @return the answer
     */
    CompletableFuture<UnlockResponse> unlock(Bytes key);
}
