/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.spi.ConfChange;
import dev.quorate.raft.spi.ConfChangeV2;
import dev.quorate.raft.spi.ConfState;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.EntryType;
import dev.quorate.raft.spi.HardState;
import dev.quorate.raft.spi.MemberProgress;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.MessageType;
import dev.quorate.raft.spi.Random;
import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;

/**
 * One member of a group: a machine that is stepped. It does nothing by itself and knows no time, disk or thread.
 *
 * <p>Inputs are messages, ticks and proposals; the output is {@link #ready}. The same inputs give the same outputs,
 * which are those of etcd's Raft, message by message. Not thread-safe.
 *
 * <p>This class wires the parts and dispatches; the state is in {@link NodeState}, and what is done with it in the
 * parts.
 *
 * <p>Source: Raft paper; Ongaro thesis; etcd-io/raft v3.7.0, {@code rawnode.go}.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class RaftCore {
    private final NodeState state;
    private final ReadyBuilder readies;
    private final Elections elections;
    private final Membership membership;
    private final Proposals proposals;
    private final FollowerSteps followerSteps;
    private final CandidateSteps candidateSteps;
    private final LeaderSteps leaderSteps;
    private final StorageSteps storageSteps;
    private final TermGate termGate;

    /**
     * Takes up the state that storage holds, as a follower.
     *
     * @param settings how this member behaves
     * @param storage the durable log
     * @param applied last entry that the state machine has applied, 0 if it has what the log begins behind
     * @param random spreads election timeouts
     * @param listener hears of changes of state
     * @throws IllegalArgumentException if storage contradicts itself
     */
    public RaftCore(RaftSettings settings, LogStorage storage, long applied, Random random, TraceListener listener) {
        state = new NodeState(settings, new LogView(storage, settings.applyBytesMax()), random, listener);
        Outbox outbox = new Outbox(state);
        Appender appender = new Appender(state, outbox);
        Replicator replicator = new Replicator(state, outbox);
        Roles roles = new Roles(state, appender);
        elections = new Elections(state, outbox, roles, replicator);
        membership = new Membership(state, roles, appender, replicator);
        proposals = new Proposals(state, appender, replicator);
        ReadRequests reads = new ReadRequests(state, outbox, replicator);
        LeaderResponses responses = new LeaderResponses(state, replicator, appender, reads);
        followerSteps = new FollowerSteps(state, outbox, elections, membership);
        candidateSteps = new CandidateSteps(state, roles, elections, followerSteps);
        leaderSteps = new LeaderSteps(state, roles, replicator, proposals, reads, responses);
        storageSteps = new StorageSteps(state, leaderSteps);
        termGate = new TermGate(state, outbox, roles, elections, storageSteps);

        membership.restore(storage.confState());
        if (!storage.hardState().equals(HardState.EMPTY)) {
            state.load(storage.hardState());
        }
        if (applied > 0) {
            state.log().appliedTo(applied, 0);
        }
        roles.becomeFollower(state.term(), Message.NOBODY);
        readies = new ReadyBuilder(state, outbox);
        state.trace().event(TraceListener.Kind.START);
    }

    private RoleSteps roleSteps() {
        return switch (state.role()) {
            case FOLLOWER -> followerSteps;
            case CANDIDATE, PRE_CANDIDATE -> candidateSteps;
            case LEADER -> leaderSteps;
        };
    }

    /** Lets a tick pass. */
    public void tick() {
        roleSteps().tick();
    }

    /**
     * Takes a message from another member, or from this member's log or state machine.
     *
     * @param message the message
     * @return what has become of it
     */
    public StepResult step(Message message) {
        boolean fromStorage = Message.isStorage(message.from());
        if (message.type().isLocal() && !fromStorage) {
            return StepResult.LOCAL_MESSAGE;
        }
        if (message.type().isResponse()
                && !fromStorage
                && !state.tracker().progress().contains(message.from())) {
            return StepResult.PEER_NOT_FOUND;
        }
        return handle(message);
    }

    private StepResult handle(Message message) {
        state.trace().message(TraceListener.Kind.RECEIVE, message);
        if (!termGate.pass(message)) {
            return StepResult.OK;
        }
        switch (message.type()) {
            case HUP -> elections.campaignIfAllowed();
            case VOTE, PRE_VOTE -> elections.handleVoteRequest(message);
            case STORAGE_APPEND_RESPONSE -> storageSteps.handleAppended(message);
            case STORAGE_APPLY_RESPONSE -> storageSteps.handleApplied(message);
            default -> {
                return roleSteps().step(message);
            }
        }
        return StepResult.OK;
    }

    /** Stands for election, unless this member leads already or may not. */
    public void campaign() {
        handle(Message.of(MessageType.HUP).build());
    }

    /**
     * Proposes commands, all or none.
     *
     * @param commands at least one
     * @return whether they were taken or sent on to the leader
     */
    public StepResult propose(List<Bytes> commands) {
        if (state.isLeader()) {
            return proposals.takeCommands(commands);
        }
        List<Entry> entries = commands.stream()
                .map(command -> new Entry(0, 0, EntryType.NORMAL, command))
                .toList();
        return handle(Message.of(MessageType.PROPOSE)
                .from(state.id())
                .entries(entries)
                .build());
    }

    /**
     * Proposes a change of the configuration.
     *
     * @param change the change
     * @return whether it was taken or sent on to the leader. Taken, it may turn out to be an entry without effect
     */
    public StepResult proposeConfChange(ConfChange change) {
        return proposeConfChange(EntryType.CONF_CHANGE, change.encode());
    }

    /**
     * Proposes a change of the configuration.
     *
     * @param change the change
     * @return whether it was taken or sent on to the leader. Taken, it may turn out to be an entry without effect
     */
    public StepResult proposeConfChange(ConfChangeV2 change) {
        return proposeConfChange(EntryType.CONF_CHANGE_V2, change.encode());
    }

    private StepResult proposeConfChange(EntryType type, Bytes data) {
        return handle(Message.of(MessageType.PROPOSE)
                .entries(List.of(new Entry(0, 0, type, data)))
                .build());
    }

    /**
     * Puts a change of the configuration in force. To be called when its entry is applied, before that is acknowledged;
     * not at all if the server refuses the change, nor for entries up to a snapshot that was handed out: its
     * configuration is in force from then on.
     *
     * @param change the change
     * @return the configuration from now on
     */
    public ConfState applyConfChange(ConfChangeV2 change) {
        return membership.apply(change);
    }

    /**
     * Asks for a read index; {@link Ready#readStates} tells it. If there is no leader, nothing comes: ask again.
     *
     * @param context by which the asker knows its read
     */
    public void readIndex(Bytes context) {
        handle(Message.of(MessageType.READ_INDEX)
                .entries(List.of(new Entry(0, 0, EntryType.NORMAL, context)))
                .build());
    }

    /**
     * Hands leadership over, or asks the leader to.
     *
     * @param transferee who shall lead
     */
    public void transferLeader(long transferee) {
        handle(Message.of(MessageType.TRANSFER_LEADER).from(transferee).build());
    }

    /** Lets a follower forget its leader, so that it helps an election at once. */
    public void forgetLeader() {
        handle(Message.of(MessageType.FORGET_LEADER).build());
    }

    /**
     * Notes that messages to a member were lost.
     *
     * @param id the member
     */
    public void reportUnreachable(long id) {
        handle(Message.of(MessageType.UNREACHABLE).from(id).build());
    }

    /**
     * Notes how the sending of a snapshot has ended.
     *
     * @param id the receiver
     * @param arrived whether it has the whole snapshot
     */
    public void reportSnapshot(long id, boolean arrived) {
        handle(Message.of(MessageType.SNAPSHOT_STATUS).from(id).reject(!arrived).build());
    }

    /**
     * Tells whether there is something to do.
     *
     * @return true if {@link #ready} would not be empty
     */
    public boolean hasReady() {
        return readies.hasReady();
    }

    /**
     * Hands out what there is to do.
     *
     * @return the work; may be empty
     */
    public Ready ready() {
        return readies.take();
    }

    /** Notes that all of the last ready is done. Not with asynchronous storage. */
    public void advance() {
        for (Message message : readies.takeOnAdvance()) {
            handle(message);
        }
    }

    /**
     * Returns term, vote and commit index.
     *
     * @return the hard state
     */
    public HardState hardState() {
        return state.hardState();
    }

    /**
     * Returns what this member does.
     *
     * @return its role
     */
    public Role role() {
        return state.role();
    }

    /**
     * Returns the leader.
     *
     * @return its id, 0 if none is known
     */
    public long leaderId() {
        return state.leader();
    }

    /**
     * Returns the current term.
     *
     * @return the term
     */
    public long term() {
        return state.term();
    }

    /**
     * Returns the last entry.
     *
     * @return its index
     */
    public long lastIndex() {
        return state.log().lastIndex();
    }

    /**
     * Returns the last committed entry.
     *
     * @return its index
     */
    public long commitIndex() {
        return state.log().committed();
    }

    /**
     * Returns the last applied entry.
     *
     * @return its index
     */
    public long appliedIndex() {
        return state.log().applied();
    }

    /**
     * Returns who votes and learns.
     *
     * @return the configuration in force
     */
    public ConfState confState() {
        return state.tracker().configuration().toConfState();
    }

    /**
     * Tells how far the members are, as the leader knows it.
     *
     * @return this member included; empty if it does not lead
     */
    public List<MemberProgress> progress() {
        if (!state.isLeader()) {
            return List.of();
        }
        List<MemberProgress> members = new ArrayList<>();
        state.tracker()
                .progress()
                .forEach((id, progress) -> members.add(new MemberProgress(
                        id,
                        progress.isLearner(),
                        progress.match(),
                        progress.next(),
                        progress.state().toString(),
                        progress.isRecentActive() || id == state.id())));
        return members;
    }

    /**
     * Tells whether this member is the only voter, may stand for election and has no change of the configuration to
     * apply: then it is elected as soon as it stands.
     *
     * @return true if no other member has to be asked
     */
    public boolean isAlone() {
        return state.isOnlyVoter() && state.isPromotable() && !state.log().hasUnappliedConfChange();
    }

    /**
     * Tells whether this member leads, is the only one, and has committed an entry of its term: then nobody else
     * commits anything, or hears of what it commits.
     *
     * @return true if what is committed from now on is known here first
     */
    public boolean leadsAlone() {
        return state.isLeader()
                && state.isOnlyVoter()
                && state.tracker().progress().ids().size() == 1
                && state.hasCommittedInTerm();
    }

    /**
     * Tells whether a snapshot of the leader's is on its way into this member: its configuration is in force already,
     * whatever entries before it are still applied.
     *
     * @return true until it is acknowledged
     */
    public boolean hasPendingSnapshot() {
        return state.log().hasPendingSnapshot();
    }

    /**
     * Tells whether an entry of the current term is committed: before that, not even the leader knows what is
     * committed.
     *
     * @return true if there is one
     */
    public boolean hasCommittedInTerm() {
        return state.hasCommittedInTerm();
    }

    /** Returns the state, for tests of this package. */
    NodeState state() {
        return state;
    }
}
