/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import dev.quorate.raft.spi.PeerTransport;
import dev.quorate.raft.spi.RaftLog;
import dev.quorate.raft.spi.Random;
import dev.quorate.raft.spi.StateMachine;
import dev.quorate.raft.spi.Ticker;
import java.util.function.Consumer;
import org.apiguardian.api.API;

/**
 * What a node works with.
 *
 * @param log the log, open; the node closes it
 * @param stateMachine what to apply entries to
 * @param transport reaches the other members; the node starts and closes it
 * @param ticker lets time pass
 * @param random spreads election timeouts
 * @param workers makes the threads
 * @param onFailure hears, once, that log or state machine have failed; the member has to end
 */
@API(status = API.Status.EXPERIMENTAL)
public record NodePorts(
        RaftLog log,
        StateMachine stateMachine,
        PeerTransport transport,
        Ticker ticker,
        Random random,
        Workers workers,
        Consumer<Throwable> onFailure) {}
