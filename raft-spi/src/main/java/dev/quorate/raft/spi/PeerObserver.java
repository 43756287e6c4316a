/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.spi;

import org.apiguardian.api.API;

/** Hears what a peer transport does, to measure it. Called on any thread; must return at once. */
@API(status = API.Status.EXPERIMENTAL)
public interface PeerObserver {
    /** Hears nothing. */
    PeerObserver NONE = new PeerObserver() {};

    /**
     * Hears that something was sent.
     *
     * @param memberId to whom
     * @param bytes how much
     */
    default void sent(long memberId, long bytes) {}

    /**
     * Hears that something has come.
     *
     * @param memberId from whom
     * @param bytes how much
     */
    default void received(long memberId, long bytes) {}

    /**
     * Hears that something could not be sent.
     *
     * @param memberId to whom
     */
    default void sendFailed(long memberId) {}

    /**
     * Hears that something could not be received.
     *
     * @param memberId from whom
     */
    default void receiveFailed(long memberId) {}

    /**
     * Hears that a member is connected, or is no more.
     *
     * @param memberId the member
     * @param active whether it is
     */
    default void active(long memberId, boolean active) {}

    /**
     * Hears how long a member has taken to answer a probe.
     *
     * @param memberId the member
     * @param nanos the time
     */
    default void roundTrip(long memberId, long nanos) {}

    /**
     * Hears how a snapshot was sent.
     *
     * @param memberId to whom
     * @param nanos how long it took
     * @param arrived whether it has arrived
     */
    default void snapshotSent(long memberId, long nanos, boolean arrived) {}

    /**
     * Hears how a snapshot was received.
     *
     * @param memberId from whom
     * @param nanos how long it took
     * @param whole whether all of it has come
     */
    default void snapshotReceived(long memberId, long nanos, boolean whole) {}
}
