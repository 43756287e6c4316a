/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.HardState;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.MessageType;
import dev.quorate.raft.spi.Snapshot;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes a ready of what has come together since the last one.
 *
 * <p>Source: etcd-io/raft v3.7.0, {@code rawnode.go}.
 */
final class ReadyBuilder {
    private final NodeState state;
    private final Outbox outbox;
    private final boolean async;
    private Ready.SoftState lastSoftState;
    private HardState lastHardState;

    /** In synchronous operation: what {@link RaftCore#advance} steps, since log and state machine do not answer. */
    private final List<Message> onAdvance = new ArrayList<>();

    ReadyBuilder(NodeState state, Outbox outbox) {
        this.state = state;
        this.outbox = outbox;
        async = state.settings().asyncStorage();
        lastSoftState = softState();
        lastHardState = state.hardState();
    }

    private Ready.SoftState softState() {
        return new Ready.SoftState(state.leader(), state.role());
    }

    private boolean hasNewHardState() {
        return state.term() != lastHardState.term()
                || state.vote() != lastHardState.vote()
                || state.log().committed() != lastHardState.commit();
    }

    private boolean hasNewSoftState() {
        return state.leader() != lastSoftState.leader() || state.role() != lastSoftState.role();
    }

    boolean hasReady() {
        return hasNewSoftState()
                || hasNewHardState()
                || state.log().unstable().nextSnapshot() != null
                || !outbox.isEmpty()
                || state.log().unstable().hasNextEntries()
                || state.log().hasNextCommitted(!async);
    }

    Ready take() {
        if (!onAdvance.isEmpty()) {
            throw new IllegalStateException("a ready is taken before the last one was advanced");
        }
        HardState hardState = hasNewHardState() ? state.hardState() : null;
        Snapshot snapshot = state.log().unstable().nextSnapshot();
        List<Entry> entries = state.log().unstable().nextEntries();
        List<Entry> committed = state.log().nextCommitted(!async);
        boolean mustSync =
                !entries.isEmpty() || state.vote() != lastHardState.vote() || state.term() != lastHardState.term();
        List<Message> messages = outbox.takeMessages();
        if (async) {
            addStorageMessages(messages, hardState, entries, snapshot, committed);
        } else {
            addAfterAppend(messages, snapshot, committed);
        }
        Ready ready = new Ready(
                hasNewSoftState() ? softState() : null,
                hardState,
                outbox.takeReadStates(),
                entries,
                snapshot,
                committed,
                messages,
                mustSync);
        accept(ready);
        return ready;
    }

    private void accept(Ready ready) {
        if (ready.softState() != null) {
            lastSoftState = ready.softState();
        }
        if (ready.hardState() != null) {
            lastHardState = ready.hardState();
        }
        state.log().unstable().acceptInProgress();
        if (!ready.committedEntries().isEmpty()) {
            state.log().acceptApplying(ready.committedEntries(), !async);
        }
    }

    private void addStorageMessages(
            List<Message> messages,
            @Nullable HardState hardState,
            List<Entry> entries,
            @Nullable Snapshot snapshot,
            List<Entry> committed) {
        List<Message> responses = outbox.takeAfterAppend();
        if (!entries.isEmpty() || hardState != null || snapshot != null || !responses.isEmpty()) {
            Message.Builder append = Message.of(MessageType.STORAGE_APPEND)
                    .to(Message.LOG_STORAGE)
                    .from(state.id())
                    .entries(entries)
                    .snapshot(snapshot);
            if (hardState != null) {
                append.term(hardState.term()).vote(hardState.vote()).commit(hardState.commit());
            }
            if (needsAppendResponse(snapshot)) {
                // Behind the others: they look up terms of entries that this one lets go of.
                responses.add(appendResponse(snapshot));
            }
            messages.add(append.responses(responses).build());
        }
        if (!committed.isEmpty()) {
            messages.add(Message.of(MessageType.STORAGE_APPLY)
                    .to(Message.STATE_MACHINE)
                    .from(state.id())
                    .entries(committed)
                    .responses(List.of(applyResponse(committed)))
                    .build());
        }
    }

    private void addAfterAppend(List<Message> messages, @Nullable Snapshot snapshot, List<Entry> committed) {
        for (Message message : outbox.takeAfterAppend()) {
            (message.to() == state.id() ? onAdvance : messages).add(message);
        }
        if (needsAppendResponse(snapshot)) {
            onAdvance.add(appendResponse(snapshot));
        }
        if (!committed.isEmpty()) {
            onAdvance.add(applyResponse(committed));
        }
    }

    private boolean needsAppendResponse(@Nullable Snapshot snapshot) {
        return state.log().unstable().hasEntries() || snapshot != null;
    }

    /**
     * Says how far the log is durable once everything handed out up to now is written. It is sent along with any write
     * while there are entries that are not durable, not only with theirs: an acknowledgement of an earlier term does
     * not count, since the entries may have been replaced and put back meanwhile, while those in between are still
     * being written. After each change of the term something is written, so the last one does count.
     */
    private Message appendResponse(@Nullable Snapshot snapshot) {
        Message.Builder response = Message.of(MessageType.STORAGE_APPEND_RESPONSE)
                .to(state.id())
                .from(Message.LOG_STORAGE)
                .term(state.term())
                .snapshot(snapshot);
        if (state.log().unstable().hasEntries()) {
            response.at(state.log().lastTerm(), state.log().lastIndex());
        }
        return response.build();
    }

    private Message applyResponse(List<Entry> committed) {
        return Message.of(MessageType.STORAGE_APPLY_RESPONSE)
                .to(state.id())
                .from(Message.STATE_MACHINE)
                .entries(committed)
                .build();
    }

    /** Takes what is to be stepped now that all of the last ready is done. */
    List<Message> takeOnAdvance() {
        if (async) {
            throw new IllegalStateException("with asynchronous storage its messages take the place of advance");
        }
        List<Message> steps = List.copyOf(onAdvance);
        onAdvance.clear();
        return steps;
    }
}
