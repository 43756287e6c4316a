/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.peer;

import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.MessageType;
import dev.quorate.raft.spi.PeerTransport;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Votes for everybody and takes every entry: all that a leader needs of a follower. Thread-safe. */
final class PlayedFollower implements PeerTransport.Receiver {
    private final long id;
    private final PeerTransport transport;
    private final Set<MessageType> seen = EnumSet.noneOf(MessageType.class);
    private final List<Entry> entries = new ArrayList<>();
    private long commit;
    private int removals;
    private boolean forgetful;
    private byte[] state = new byte[0];

    PlayedFollower(long id, PeerTransport transport) {
        this.id = id;
        this.transport = transport;
    }

    @Override
    public synchronized void receive(Message message) {
        seen.add(message.type());
        Message.Builder answer;
        switch (message.type()) {
            case PRE_VOTE -> answer = Message.of(MessageType.PRE_VOTE_RESPONSE);
            case VOTE -> answer = Message.of(MessageType.VOTE_RESPONSE);
            case HEARTBEAT ->
                answer = Message.of(MessageType.HEARTBEAT_RESPONSE).context(message.context());
            case APPEND -> {
                if (forgetful) {
                    answer = Message.of(MessageType.APPEND_RESPONSE)
                            .index(message.index())
                            .reject(true);
                    break;
                }
                entries.addAll(message.entries());
                answer = Message.of(MessageType.APPEND_RESPONSE)
                        .index(message.index() + message.entries().size());
            }
            default -> {
                return;
            }
        }
        commit = Math.max(commit, message.commit());
        transport.send(
                List.of(answer.term(message.term()).from(id).to(message.from()).build()));
    }

    @Override
    public void receiveSnapshot(Message message, InputStream in) throws IOException {
        byte[] whole = in.readAllBytes();
        synchronized (this) {
            seen.add(message.type());
            state = whole;
            forgetful = false;
        }
        long index = Objects.requireNonNull(message.snapshot()).index();
        transport.send(List.of(Message.of(MessageType.APPEND_RESPONSE)
                .index(index)
                .term(message.term())
                .from(id)
                .to(message.from())
                .build()));
    }

    /** Has lost its log, so that it needs a snapshot. */
    synchronized void forget() {
        forgetful = true;
        entries.clear();
    }

    synchronized byte[] state() {
        return state.clone();
    }

    @Override
    public void unreachable(long memberId) {}

    @Override
    public void snapshotSent(long memberId, boolean arrived) {}

    @Override
    public synchronized void removed() {
        removals++;
    }

    synchronized Set<MessageType> seen() {
        return EnumSet.copyOf(seen);
    }

    synchronized boolean holds(String text) {
        return entries.stream().anyMatch(entry -> entry.data().toUtf8().contains(text));
    }

    synchronized long commit() {
        return commit;
    }

    synchronized int removals() {
        return removals;
    }
}
