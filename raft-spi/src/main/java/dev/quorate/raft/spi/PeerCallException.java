/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.spi;

import java.io.Serial;
import org.apiguardian.api.API;

/** A call to another member that got no answer. */
@API(status = API.Status.EXPERIMENTAL)
public final class PeerCallException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    /** Why there is no answer. */
    public enum Reason {
        /** The member is not known or not connected: the call was not carried out. */
        UNREACHABLE,
        /** No answer came in time, or the connection broke: nobody knows whether the call was carried out. */
        UNKNOWN_OUTCOME,
        /** The member has no handler of that name. */
        NOT_HANDLED,
        /** The member refuses; the message says why. */
        REFUSED
    }

    private final Reason reason;

    /**
     * Makes an exception.
     *
     * @param reason why there is no answer
     * @param message what to tell
     */
    public PeerCallException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /**
     * Tells why there is no answer.
     *
     * @return the reason
     */
    public Reason reason() {
        return reason;
    }
}
