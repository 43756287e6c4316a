/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.inbound;

import dev.quorate.api.model.LeaseGrantRequest;
import dev.quorate.api.model.LeaseGrantResponse;
import dev.quorate.api.model.LeaseKeepAliveResponse;
import dev.quorate.api.model.LeaseLeasesResponse;
import dev.quorate.api.model.LeaseRevokeResponse;
import dev.quorate.api.model.LeaseTimeToLiveResponse;
import java.util.concurrent.CompletableFuture;
import org.apiguardian.api.API;

/**
 * Grants, renews and ends leases, on which keys may hang.
 *
 * <p>Answers come as futures that fail with {@link dev.quorate.api.error.EtcdException} for expected outcomes. No
 * method blocks or throws; futures are completed on a thread of the member, which must not be held up: go on with an
 * executor of your own for anything long. Thread-safe.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface Leases {
    /**
     * Grants a lease.
     *
     * @param request time to live and id
     * @return the answer
     */
    CompletableFuture<LeaseGrantResponse> grant(LeaseGrantRequest request);

    /**
     * Ends a lease and deletes its keys.
     *
     * @param id the lease
     * @return the answer
     */
    CompletableFuture<LeaseRevokeResponse> revoke(long id);

    /**
     * Renews a lease for its full time.
     *
     * @param id the lease
     * @return the answer; time to live 0 if there is no such lease
     */
    CompletableFuture<LeaseKeepAliveResponse> keepAlive(long id);

    /**
     * Tells how long a lease has to live.
     *
     * @param id the lease
     * @param keys tell its keys too
     * @return the answer; time to live -1 if there is no such lease
     */
    CompletableFuture<LeaseTimeToLiveResponse> timeToLive(long id, boolean keys);

    /**
     * Lists the leases that this member knows.
     *
     * @return the answer
     */
    CompletableFuture<LeaseLeasesResponse> leases();
}
