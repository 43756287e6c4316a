/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.MessageType;
import java.util.ArrayList;
import java.util.List;

/**
 * What is to be sent. Votes and acknowledgements say that something is durable here, so they leave only after it is;
 * everything else may leave at once.
 *
 * <p>That goes for messages to this member itself too: a leader counts its own log as far as it is durable, and a
 * candidate its own vote.
 */
final class Outbox {
    private final NodeState state;
    private List<Message> messages = new ArrayList<>();
    private List<Message> afterAppend = new ArrayList<>();
    private List<Ready.ReadState> readStates = new ArrayList<>();

    Outbox(NodeState state) {
        this.state = state;
    }

    /** Begins a message of this member in its term. */
    Message.Builder message(MessageType type, long to) {
        return Message.of(type).from(state.id()).to(to).term(state.term());
    }

    void send(Message.Builder builder) {
        send(builder.build());
    }

    void send(Message message) {
        switch (message.type()) {
            case APPEND_RESPONSE, VOTE_RESPONSE, PRE_VOTE_RESPONSE -> afterAppend.add(message);
            default -> {
                if (message.to() == state.id()) {
                    throw new IllegalStateException("message to itself: " + message);
                }
                messages.add(message);
            }
        }
        state.trace().message(TraceListener.Kind.SEND, message);
    }

    /** Sends a message of somebody else on to the leader. */
    void forward(Message message) {
        boolean termless = message.type() == MessageType.PROPOSE || message.type() == MessageType.READ_INDEX;
        send(message.toBuilder()
                .to(state.leader())
                .from(message.from() == Message.NOBODY ? state.id() : message.from())
                .term(termless ? 0 : state.term()));
    }

    void read(Ready.ReadState read) {
        readStates.add(read);
    }

    boolean isEmpty() {
        return messages.isEmpty() && afterAppend.isEmpty() && readStates.isEmpty();
    }

    /** Hands out what may leave at once; the caller owns the list. */
    List<Message> takeMessages() {
        List<Message> taken = messages;
        messages = new ArrayList<>();
        return taken;
    }

    /** Hands out what leaves once all before it is durable; the caller owns the list. */
    List<Message> takeAfterAppend() {
        List<Message> taken = afterAppend;
        afterAppend = new ArrayList<>();
        return taken;
    }

    List<Ready.ReadState> takeReadStates() {
        if (readStates.isEmpty()) {
            return List.of();
        }
        List<Ready.ReadState> taken = readStates;
        readStates = new ArrayList<>();
        return taken;
    }
}
