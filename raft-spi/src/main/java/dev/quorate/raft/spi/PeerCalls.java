/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.spi;

import dev.quorate.api.bytes.Bytes;
import java.util.concurrent.CompletionStage;
import org.apiguardian.api.API;

/**
 * Asks another member something and gets an answer, beside the messages of Raft: a keep-alive that only the leader may
 * answer, the promotion of a learner, hashes, versions.
 *
 * <p>Implemented by peer transports, called by the server; thread-safe, never blocks. A call is carried out at most
 * once; if the connection breaks, nobody knows whether it was.
 *
 * <p>Names and bytes are the caller's affair. A transport whose protocol has a form of its own for a name (etcd's paths
 * under the peer URL) uses that form, so that members of real etcd understand it.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface PeerCalls {
    /** Answers calls. Registered under a name. */
    @FunctionalInterface
    interface Handler {
        /**
         * Answers a call. Called on any thread, must not block.
         *
         * @param request what was asked
         * @return the answer; failed with a {@link PeerCallException} if there is none
         */
        CompletionStage<Bytes> answer(Bytes request);
    }

    /**
     * Asks a member.
     *
     * @param memberId the member
     * @param name what is asked for
     * @param request the question
     * @param timeoutNanos how long to wait
     * @return the answer; failed with a {@link PeerCallException} if there is none in time
     */
    CompletionStage<Bytes> call(long memberId, String name, Bytes request, long timeoutNanos);

    /**
     * Registers who answers. Before {@link PeerTransport#start}.
     *
     * @param name what is asked for
     * @param handler answers
     * @throws IllegalStateException if the name is taken
     */
    void handle(String name, Handler handler);
}
