/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.MessageType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Messages that need not be sent, since a later one that leaves together with them says the same and more: under load
 * most acknowledgements, and most of what only tells a new commit index. To leave one out is as if it was lost on the
 * way, which any message may be.
 */
final class Superseded {
    private Superseded() {}

    /** Returns what is left to be sent, in order: the same list if that is all of it. */
    static List<Message> leaveOut(List<Message> messages) {
        if (messages.size() < 2) {
            return messages;
        }
        Map<Long, Message> appends = new HashMap<>();
        Map<Long, Message> acknowledgements = new HashMap<>();
        List<Message> kept = new ArrayList<>(messages.size());
        for (int i = messages.size() - 1; i >= 0; i--) {
            Message message = messages.get(i);
            boolean said = false;
            if (message.type() == MessageType.APPEND) {
                Message later = appends.put(message.to(), message);
                said = later != null && isSaidBy(message, later);
            } else if (isAcknowledgement(message)) {
                Message later = acknowledgements.putIfAbsent(message.to(), message);
                said = later != null && later.term() == message.term() && later.index() >= message.index();
            }
            if (!said) {
                kept.add(message);
            }
        }
        if (kept.size() == messages.size()) {
            return messages;
        }
        Collections.reverse(kept);
        return kept;
    }

    private static boolean isSaidBy(Message append, Message later) {
        return append.entries().isEmpty()
                && append.term() == later.term()
                && append.index() == later.index()
                && append.logTerm() == later.logTerm()
                && append.commit() <= later.commit();
    }

    private static boolean isAcknowledgement(Message message) {
        return message.type() == MessageType.APPEND_RESPONSE && !message.reject();
    }
}
