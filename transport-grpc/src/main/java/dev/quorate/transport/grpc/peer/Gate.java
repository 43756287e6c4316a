/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc.peer;

import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.MessageType;
import dev.quorate.raft.spi.PeerTransport.Receiver;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets in what may come from other members: nothing local, nothing for others, nothing from whom was removed. */
final class Gate {
    private static final Logger LOG = LoggerFactory.getLogger(Gate.class);

    /** What a member passes on in the name of another one. */
    private static final Set<MessageType> PASSED_ON =
            EnumSet.of(MessageType.PROPOSE, MessageType.READ_INDEX, MessageType.TRANSFER_LEADER);

    private final long localId;
    private final Set<Long> removed = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Receiver receiver;
    private volatile boolean closed;

    Gate(long localId) {
        this.localId = localId;
    }

    /** Lets messages through from now on. */
    void open(Receiver taker) {
        receiver = taker;
    }

    void remove(long memberId) {
        removed.add(memberId);
    }

    void readmit(long memberId) {
        removed.remove(memberId);
    }

    boolean isRemoved(long memberId) {
        return removed.contains(memberId);
    }

    /** Nothing passes any more. */
    void close() {
        closed = true;
    }

    /** Takes messages that came by a stream of a member. */
    void receive(long peerId, List<Message> messages) {
        List<Message> taken = new ArrayList<>(messages.size());
        for (int i = 0; i < messages.size(); i++) {
            Message message = messages.get(i);
            if (isOwn(peerId, message) && refuse(message).isEmpty() && !closed && comesThisWay(message)) {
                taken.add(message);
            }
        }
        if (!taken.isEmpty()) {
            receiver().receive(taken);
        }
    }

    /** Tells whether a member may say this: for itself, or what is passed on. */
    private boolean isOwn(long peerId, Message message) {
        if (message.from() != peerId && !PASSED_ON.contains(message.type())) {
            LOG.atWarn()
                    .addKeyValue("local-member-id", Long.toHexString(localId))
                    .addKeyValue("remote-peer-id", Long.toHexString(peerId))
                    .addKeyValue("from", Long.toHexString(message.from()))
                    .addKeyValue("message-type", message.type().wireName())
                    .log("dropped Raft message in the name of another member");
            return false;
        }
        return true;
    }

    private boolean comesThisWay(Message message) {
        if (message.type().isLocal() || message.type() == MessageType.SNAPSHOT) {
            LOG.atWarn()
                    .addKeyValue("local-member-id", Long.toHexString(localId))
                    .addKeyValue("from", Long.toHexString(message.from()))
                    .addKeyValue("message-type", message.type().wireName())
                    .log("dropped Raft message of a type that does not come this way");
            return false;
        }
        return true;
    }

    /** Tells why a message is refused, if it is. */
    Optional<String> refuse(Message message) {
        if (isRemoved(message.from())) {
            LOG.atWarn()
                    .addKeyValue("local-member-id", Long.toHexString(localId))
                    .addKeyValue("removed-member-id", Long.toHexString(message.from()))
                    .log("rejected Raft message from removed member");
            return Optional.of("cannot process message from removed member");
        }
        if (message.to() != localId) {
            LOG.atWarn()
                    .addKeyValue("local-member-id", Long.toHexString(localId))
                    .addKeyValue("mismatch-member-id", Long.toHexString(message.to()))
                    .log("rejected Raft message to mismatch member");
            return Optional.of("cannot process message to mismatch member");
        }
        return Optional.empty();
    }

    Receiver receiver() {
        return Objects.requireNonNull(receiver, "the transport is not started");
    }

    boolean isClosed() {
        return closed;
    }
}
