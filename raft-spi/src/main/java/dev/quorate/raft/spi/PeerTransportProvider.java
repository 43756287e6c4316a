/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.spi;

import dev.quorate.api.bytes.Bytes;
import java.util.concurrent.CompletionStage;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/** Makes peer transports of one kind. Found by {@link java.util.ServiceLoader} and chosen by name. Thread-safe. */
@API(status = API.Status.EXPERIMENTAL)
public interface PeerTransportProvider {
    /**
     * Both sides of the connections to other members.
     *
     * @param transport carries messages; closes the calls too
     * @param calls carries calls
     */
    record Peers(PeerTransport transport, PeerCalls calls) {}

    /**
     * What a member answers to somebody who does not know its cluster yet.
     *
     * @param clusterId the cluster that it belongs to, unsigned; etcd's members tell it beside the answer
     * @param body the answer
     */
    record Answer(long clusterId, Bytes body) {}

    /**
     * Returns the name by which it is chosen.
     *
     * @return such as {@code http}
     */
    String name();

    /**
     * Makes a transport. It neither listens nor connects before {@link PeerTransport#start}.
     *
     * @param settings where and as whom
     * @param observer hears what there is to measure
     * @return the transport
     * @throws IllegalArgumentException if the settings cannot be served; the message names them
     */
    Peers open(PeerSettings settings, PeerObserver observer);

    /**
     * Asks a member of which only an address is known, before this member is one itself.
     *
     * @param url where it is reached
     * @param name what is asked for, one of {@link PeerCallNames}
     * @param request the question
     * @param tls null for none
     * @param timeoutNanos how long to wait
     * @return the answer; failed with a {@link PeerCallException} if there is none in time
     */
    CompletionStage<Answer> ask(String url, String name, Bytes request, @Nullable PeerTls tls, long timeoutNanos);
}
