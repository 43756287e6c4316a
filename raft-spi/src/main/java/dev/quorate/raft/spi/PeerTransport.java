/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.spi;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Carries messages between the members of a group.
 *
 * <p>Implemented by peer transports (HTTP, gRPC, in memory), called by the node. All methods are thread-safe; none
 * blocks or throws, but {@link #start}.
 *
 * <p><b>What may happen.</b> A message may be lost, delayed, delivered twice or overtaken by another one; Raft repeats
 * what matters. It is never changed on the way, and never delivered to another member or from another cluster: a
 * connection to the wrong cluster, or of a removed member, is refused.
 *
 * <p><b>Bounds.</b> Memory for what waits is bounded per member. A slow or dead member never delays the others: what
 * does not fit is dropped, and reported ({@link Receiver#unreachable}).
 *
 * <pre>{@code
 * transport.addPeer(2, urls);
 * transport.start(receiver);
 * transport.send(messages);                       // returns at once
 * transport.sendSnapshot(message, state);         // streamed; ends with receiver.snapshotSent(2, true)
 * }</pre>
 */
@API(status = API.Status.EXPERIMENTAL)
public interface PeerTransport extends AutoCloseable {
    /** Takes what comes from other members. Methods are called on any thread, must return soon and must not throw. */
    interface Receiver {
        /**
         * Takes a message from the network. Its sender is the member that the connection belongs to.
         *
         * @param message any type but {@link MessageType#isLocal() local} ones and snapshots
         */
        void receive(Message message);

        /**
         * Takes messages that have come together, in this order: cheaper than one by one.
         *
         * @param messages as for {@link #receive(Message)}
         */
        default void receive(List<Message> messages) {
            messages.forEach(this::receive);
        }

        /**
         * Takes a snapshot. Reads the state to its end before it returns, and may block on the disk meanwhile.
         *
         * @param message of type {@link MessageType#SNAPSHOT}
         * @param state the state, checked for transmission errors as it is read
         * @throws IOException if the state is not whole or cannot be stored: the sender is told that it failed
         */
        void receiveSnapshot(Message message, InputStream state) throws IOException;

        /**
         * Hears that messages to a member were dropped. Called once per loss of the connection, not per message.
         *
         * @param memberId the member
         */
        void unreachable(long memberId);

        /**
         * Hears that nobody listens where a member is reached: it was connected, and all its addresses refuse
         * connections now, as they do when its process has ended. Called at most once per loss of the connection.
         *
         * @param memberId the member
         */
        default void refused(long memberId) {}

        /**
         * Hears how the sending of a snapshot has ended. Called exactly once for each.
         *
         * @param memberId the receiver
         * @param arrived whether it has taken the whole state
         */
        void snapshotSent(long memberId, boolean arrived);

        /** Hears that another member says that this one was removed from the cluster: it has to end. */
        void removed();
    }

    /** The state of a snapshot on its way out. */
    interface SnapshotState extends AutoCloseable {
        /**
         * Returns how long the state is.
         *
         * @return bytes
         */
        long length();

        /**
         * Opens the state for reading, on a thread of the transport.
         *
         * @return the state from its beginning
         * @throws IOException if it cannot be read
         */
        InputStream open() throws IOException;

        /** Lets go of the state. Called by the transport exactly once, whatever happened. */
        @Override
        void close();
    }

    /**
     * Listens and connects.
     *
     * @param receiver takes what comes
     * @throws IOException if the address cannot be listened on
     */
    void start(Receiver receiver) throws IOException;

    /**
     * Adds a member, or changes where it is reached.
     *
     * @param memberId the member, not this one
     * @param urls where it is reached, in the order in which they are tried
     */
    void addPeer(long memberId, List<String> urls);

    /**
     * Forgets a member. What waits for it is dropped; it is refused from now on, and told that it was removed.
     *
     * @param memberId the member; if it is not known, it is refused nevertheless
     */
    void removePeer(long memberId);

    /**
     * Sends messages. Those to one member leave in this order; those to members that are not known are dropped.
     *
     * @param messages of any type but {@link MessageType#isLocal() local} ones and snapshots
     */
    void send(List<Message> messages);

    /**
     * Sends a snapshot with its state beside the other messages, which do not wait for it.
     *
     * @param message of type {@link MessageType#SNAPSHOT}
     * @param state what is streamed; the transport closes it
     */
    void sendSnapshot(Message message, SnapshotState state);

    /**
     * Tells since when a member is connected.
     *
     * @param memberId the member
     * @return nanoseconds since the connection came up; -1 if it is down or the member is not known
     */
    long connectedNanos(long memberId);

    /** Closes all connections; nothing is received any more when it returns. */
    @Override
    void close();
}
