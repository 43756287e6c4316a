/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.inbound;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.CampaignResponse;
import dev.quorate.api.model.Leader;
import dev.quorate.api.model.LeaderResponse;
import dev.quorate.api.model.ProclaimResponse;
import dev.quorate.api.model.ResignResponse;
import java.util.concurrent.CompletableFuture;
import org.apiguardian.api.API;

/**
 * Leadership by keys that hang on leases. Cancelling the future of a campaign that still waits gives the place in the
 * queue up.
 *
 * <p>Answers come as futures that fail with {@link dev.quorate.api.error.EtcdException} for expected outcomes. No
 * method blocks or throws; futures are completed on a thread of the member, which must not be held up: go on with an
 * executor of your own for anything long. Thread-safe.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface Elections {
    /**
     * Stands for election, waiting for its turn.
     *
     * @param name name of the election
     * @param lease lease that the leadership hangs on; 0 makes one of 60 seconds that nobody renews
     * @param value what the leader proclaims
     * @return the answer, when elected
     */
    CompletableFuture<CampaignResponse> campaign(Bytes name, long lease, Bytes value);

    /**
     * Changes what the leader proclaims.
     *
     * @param leader proof of the leadership
     * @param value what to proclaim
     * @return the answer
     */
    CompletableFuture<ProclaimResponse> proclaim(Leader leader, Bytes value);

    /**
     * Tells who leads.
     *
     * @param name name of the election
     * @return the answer
     */
    CompletableFuture<LeaderResponse> leader(Bytes name);

    /**
     * Tells who leads, now and at each change, until the observer is cancelled.
     *
     * @param name name of the election
     * @param observer is told
     * @return ends it
     */
    Observation observe(Bytes name, Observer observer);

    /**
     * Gives the leadership up.
     *
     * @param leader proof of the leadership
     * @return the answer
     */
    CompletableFuture<ResignResponse> resign(Leader leader);

    /** Is told who leads. Calls come one after the other. */
    interface Observer {
        /**
         * Takes a leader or what it newly proclaims.
         *
         * @param response who leads
         */
        void onLeader(LeaderResponse response);

        /**
         * Takes the end; nothing comes afterwards.
         *
         * @param cause why
         */
        void onEnd(Throwable cause);
    }

    /** Ends an observation. */
    interface Observation {
        /** Ends it; the observer hears nothing any more. */
        void cancel();
    }
}
