/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.error.EtcdError;
import dev.quorate.api.error.EtcdException;
import dev.quorate.api.storage.StorageEngine;
import dev.quorate.api.storage.WriteBatch;
import dev.quorate.mvcc.MvccWriter;
import dev.quorate.mvcc.RevisionChanges;
import dev.quorate.raft.spi.ConfChange;
import dev.quorate.raft.spi.ConfState;
import dev.quorate.raft.spi.ConsensusStatus;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.EntryType;
import dev.quorate.raft.spi.Snapshot;
import dev.quorate.raft.spi.StateMachine;
import dev.quorate.raft.spi.StateSnapshot;
import dev.quorate.schema.Buckets;
import dev.quorate.schema.Command;
import dev.quorate.schema.Commands;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one mutator: takes committed entries and makes them the state that reads see.
 *
 * <p>For each call: every entry changes the inside and adds its rows to one batch; the batch, with the applied index in
 * it, goes to storage; then it is published, watchers are told, and answers go out. So an answer never comes before its
 * effect is visible, and storage never holds an effect without its index. An entry whose command is refused leaves
 * nothing but its index.
 *
 * <p>The physical part of a compaction works on the same storage under the same lock ({@link #exclusively}).
 */
final class Applier implements StateMachine {
    private final StorageEngine engine;
    private final MvccWriter writer;
    private final CommandApplier commands;
    private final MembershipApplier members;
    private final AppliedWaits waits;
    private final LeaderWatch leaders;
    private final Consumer<List<RevisionChanges>> watchers;
    private final StateTransfer transfer;
    private final WriteBatch batch = new WriteBatch();
    private final List<Proposal<?>> settled = new ArrayList<>();
    private final List<Long> refused = new ArrayList<>();
    private volatile @Nullable Proposals proposals;
    private final ConfState confState; // as storage had it at the start
    private long appliedTerm;
    private volatile boolean installing;
    private long begunTerm; // of the last entry without data in the batch, 0 for none

    /**
     * Who hears of what is applied.
     *
     * @param waits who waits for an index
     * @param leaders who waits for the beginning of a term
     * @param watchers who waits for events
     */
    record Hearers(AppliedWaits waits, LeaderWatch leaders, Consumer<List<RevisionChanges>> watchers) {}

    Applier(
            StorageEngine engine,
            MvccWriter writer,
            CommandApplier commands,
            MembershipApplier members,
            Hearers hearers,
            StateTransfer transfer) {
        this.engine = engine;
        this.confState = StateTransfer.confState(engine.get(Buckets.META, Buckets.CONF_STATE));
        this.writer = writer;
        this.commands = commands;
        this.members = members;
        this.waits = hearers.waits();
        this.leaders = hearers.leaders();
        this.watchers = hearers.watchers();
        this.transfer = transfer;
    }

    /** Says whose proposals to answer; until then every entry is somebody else's. */
    void answer(Proposals own) {
        proposals = own;
    }

    @Override
    public List<Long> apply(List<Entry> entries) {
        List<RevisionChanges> changes;
        synchronized (this) {
            batch.clear();
            writer.begin(batch);
            for (Entry entry : entries) {
                apply(entry);
            }
            Entry last = entries.get(entries.size() - 1);
            batch.put(Buckets.META, Buckets.CONSISTENT_INDEX, Buckets.longBytes(last.index()));
            if (last.term() != appliedTerm) {
                appliedTerm = last.term();
                batch.put(Buckets.META, Buckets.TERM, Buckets.longBytes(appliedTerm));
            }
            engine.write(batch, last.index());
            writer.publish();
            changes = writer.takeChanges();
            if (!changes.isEmpty()) {
                watchers.accept(changes);
            }
            if (begunTerm != 0) {
                leaders.begun(begunTerm); // before anybody hears of it, or a lease could be asked for too early
                begunTerm = 0;
            }
            waits.advance(last.index());
        }
        for (Proposal<?> proposal : settled) {
            proposal.finish();
        }
        settled.clear();
        if (refused.isEmpty()) {
            return List.of();
        }
        List<Long> indexes = List.copyOf(refused);
        refused.clear();
        return indexes;
    }

    private void apply(Entry entry) {
        if (entry.type() != EntryType.NORMAL) {
            changeMembership(entry);
            return;
        }
        if (entry.data().isEmpty()) {
            begunTerm = entry.term(); // the entry by which a leader begins
            return;
        }
        Proposals own = proposals;
        Proposal<?> proposal = own == null ? null : own.take(Commands.headerId(entry.data()));
        Command known = proposal == null ? null : proposal.command;
        Command command = known == null ? Commands.decode(entry.data()).command() : known;
        Object outcome = outcomeOf(command, entry.index());
        if (proposal != null) {
            proposal.settle(outcome);
            settled.add(proposal);
        }
    }

    private void changeMembership(Entry entry) {
        MembershipApplier.Outcome outcome = members.apply(entry, batch);
        if (outcome.refusal() != null) {
            refused.add(entry.index());
        }
        Proposals own = proposals;
        Proposal<?> proposal =
                own == null ? null : own.take(ConfChange.decode(entry.data()).id());
        if (proposal != null) {
            proposal.settle(outcome);
            settled.add(proposal);
        }
    }

    private Object outcomeOf(Command command, long index) {
        try {
            return commands.apply(command, batch);
        } catch (EtcdException expected) {
            return expected;
        } catch (UnknownCommandException e) {
            throw new IllegalStateException(
                    "entry " + index + " of the log holds a command that is not known: " + e.getMessage(), e);
        }
    }

    /** Runs something that writes to storage when no entry is being applied. */
    synchronized void exclusively(Consumer<WriteBatch> change) {
        WriteBatch own = new WriteBatch();
        change.accept(own);
        if (own.size() > 0) {
            engine.write(own, waits.applied());
        }
    }

    @Override
    public long appliedIndex() {
        return waits.applied();
    }

    @Override
    public long durableIndex() {
        return Math.min(engine.durableMark(), waits.applied());
    }

    @Override
    public void flush() {
        engine.flush();
    }

    @Override
    public ConfState confState() {
        return confState;
    }

    @Override
    public StateSnapshot takeSnapshot() {
        return transfer.take();
    }

    @Override
    public void receiveSnapshot(Snapshot snapshot, InputStream state) throws IOException {
        transfer.receive(snapshot, state);
    }

    @Override
    public void installSnapshot(Snapshot snapshot) {
        installing = true;
        try {
            synchronized (this) {
                transfer.install(snapshot);
                appliedTerm = snapshot.term();
                waits.advance(snapshot.index());
            }
        } finally {
            installing = false;
        }
    }

    /** Tells whether the state of another member is being put in place, which may take long. */
    boolean isInstalling() {
        return installing;
    }

    @Override
    public void leaderChanged(ConsensusStatus status) {
        leaders.changed(status);
    }

    @Override
    public void removed() {
        members.removed();
    }

    /** Says that a command belongs to a service that this member does not have. */
    static final class UnknownCommandException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnknownCommandException(String message) {
            super(message);
        }
    }

    /** Applies one command, as one step of a chain. */
    interface CommandApplier {
        /**
         * Changes the state, or throws and changes nothing.
         *
         * @param command what to do
         * @param batch takes rows beside those of keys
         * @return the answer
         * @throws EtcdException an expected outcome such as {@link EtcdError#LEASE_NOT_FOUND}
         */
        Object apply(Command command, WriteBatch batch);
    }
}
