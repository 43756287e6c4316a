/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import dev.quorate.raft.spi.ConfState;
import dev.quorate.raft.spi.HardState;
import dev.quorate.raft.spi.Message;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Hears where the core changes state. Called while the core is stepped; must return at once and must not call back.
 *
 * <p>For logs, for tests and for checking traces against a specification.
 */
@API(status = API.Status.EXPERIMENTAL)
@FunctionalInterface
public interface TraceListener {
    /** What has happened. */
    enum Kind {
        /** The core was made. */
        START,
        /** Became a follower, or learned of a new term. */
        BECOME_FOLLOWER,
        /** Asks whether it would be elected. */
        BECOME_PRE_CANDIDATE,
        /** Stands for election. */
        BECOME_CANDIDATE,
        /** Was elected. */
        BECOME_LEADER,
        /** Refused to help an election because a leader is alive. */
        IGNORE_VOTE,
        /** Entries were appended by the leader itself. */
        REPLICATE,
        /** The commit index has risen. */
        COMMIT,
        /** The configuration has changed. */
        CHANGE_CONFIGURATION,
        /** A change of the configuration was refused. */
        REFUSE_CONF_CHANGE,
        /** A message is sent. */
        SEND,
        /** A message was received. */
        RECEIVE
    }

    /**
     * A change of the core's state, as of right after it.
     *
     * <p>Source: etcd-io/raft v3.7.0, {@code state_trace.go}.
     *
     * @param kind what has happened
     * @param nodeId this member
     * @param role what it does now
     * @param state term, vote and commit index now
     * @param leader the leader now, 0 if none is known
     * @param lastIndex last entry now
     * @param confState the configuration now
     * @param message the message that was sent or received, null for other kinds
     */
    record Event(
            Kind kind,
            long nodeId,
            Role role,
            HardState state,
            long leader,
            long lastIndex,
            ConfState confState,
            @Nullable Message message) {}

    /** Hears nothing: no event is made for it. */
    TraceListener NONE = event -> {};

    /**
     * Takes an event.
     *
     * @param event what has happened
     */
    void on(Event event);
}
