/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.lease;

import org.apiguardian.api.API;

/**
 * How a renewal went.
 *
 * @param outcome what happened
 * @param ttlSeconds time to live from now on if it was renewed, else 0
 */
@API(status = API.Status.EXPERIMENTAL)
public record Renewal(Outcome outcome, long ttlSeconds) {
    /** What can happen to a renewal. */
    public enum Outcome {
        /** The lease lives for its full time again. */
        RENEWED,
        /** There is no such lease. */
        NOT_FOUND,
        /**
         * Its time is over and its revocation is on the way: the caller waits for that ({@link Lessor#whenEnded}) and
         * asks again.
         */
        ENDING,
        /** A checkpoint would outlive the renewal: the caller has one of 0 seconds applied and asks again. */
        CHECKPOINTED,
        /** This member does not lead. */
        NOT_PRIMARY
    }
}
