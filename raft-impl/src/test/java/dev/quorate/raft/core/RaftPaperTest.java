/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.spi.ConfState;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.EntryType;
import dev.quorate.raft.spi.HardState;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.MessageType;
import dev.quorate.raft.spi.Snapshot;
import dev.quorate.raft.spi.SnapshotMark;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * The rules of the paper "In Search of an Understandable Consensus Algorithm (Extended Version)", one test each; its
 * name begins with the section. Node 1 is looked at, its group is 1 to 3, and everything before entry 1 is empty.
 */
final class RaftPaperTest {
    private static final int ELECTION_TICKS = 10;

    private final Driver node = new Driver(HardState.EMPTY, List.of(), options -> options);

    /** A core whose storage is driven at once. */
    private static final class Driver {
        private final MemoryStorage storage = new MemoryStorage(() -> null);
        private final RaftCore core;
        private final List<Entry> applied = new ArrayList<>();
        private final List<Ready.ReadState> reads = new ArrayList<>();

        Driver(HardState state, List<Entry> entries, UnaryOperator<RaftSettings.Builder> options) {
            // A start needs somebody to vote: the configuration as of an entry that all of them have.
            storage.applySnapshot(new Snapshot(
                    new SnapshotMark(1, 1, ConfState.of(List.of(1L, 2L, 3L), List.of())), Bytes.EMPTY));
            storage.append(entries);
            storage.hardState(state);
            RaftSettings settings = options.apply(RaftSettings.of(1).electionTicks(ELECTION_TICKS))
                    .build();
            core = new RaftCore(settings, storage, 0, bound -> bound - 1, TraceListener.NONE);
        }

        /** Does what there is to do, and returns what is sent to others. */
        List<Message> drain() {
            List<Message> sent = new ArrayList<>();
            while (core.hasReady()) {
                Ready ready = core.ready();
                if (ready.hardState() != null) {
                    storage.hardState(ready.hardState());
                }
                if (ready.snapshot() != null) {
                    storage.applySnapshot(ready.snapshot());
                }
                storage.append(ready.entries());
                sent.addAll(ready.messages());
                applied.addAll(ready.committedEntries());
                reads.addAll(ready.readStates());
                core.advance();
            }
            return sent;
        }

        List<Message> step(Message.Builder message) {
            core.step(message.to(1).build());
            return drain();
        }

        void elect() {
            core.campaign();
            drain();
            step(Message.of(MessageType.VOTE_RESPONSE).from(2).term(core.term()));
            assertThat(core.role()).isEqualTo(Role.LEADER);
        }

        List<Message> acknowledge(long from, long index) {
            return step(Message.of(MessageType.APPEND_RESPONSE)
                    .from(from)
                    .term(core.term())
                    .index(index));
        }

        List<Entry> log() {
            List<Entry> entries = storage.entries(storage.firstIndex(), storage.lastIndex() + 1, Long.MAX_VALUE);
            return entries == null ? List.of() : entries;
        }
    }

    private static Entry entry(long term, long index) {
        return new Entry(term, index, EntryType.NORMAL, Bytes.utf8(term + "/" + index));
    }

    private static Driver withLog(long term, long... terms) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < terms.length; i++) {
            entries.add(entry(terms[i], i + 2));
        }
        return new Driver(new HardState(term, 0, 1), entries, options -> options);
    }

    private static Message.Builder append(long term, long prevTerm, long prevIndex, Entry... entries) {
        return Message.of(MessageType.APPEND)
                .from(2)
                .term(term)
                .at(prevTerm, prevIndex)
                .entries(List.of(entries));
    }

    private static Message.Builder vote(long from, long term, long lastTerm, long lastIndex) {
        return Message.of(MessageType.VOTE).from(from).term(term).at(lastTerm, lastIndex);
    }

    @Test
    void section51_aLaterTermMakesAnyoneAFollower() {
        node.elect();

        node.step(Message.of(MessageType.APPEND_RESPONSE).from(2).term(5));

        assertThat(node.core.role()).isEqualTo(Role.FOLLOWER);
        assertThat(node.core.term()).isEqualTo(5);
        assertThat(node.storage.hardState().vote()).isZero();
    }

    @Test
    void section51_anEarlierTermIsNotListenedTo() {
        Driver later = withLog(4);

        assertThat(later.step(append(3, 1, 1, entry(3, 2)))).isEmpty();

        assertThat(later.log()).isEmpty();
        assertThat(later.core.leaderId()).isZero();
    }

    @Test
    void section52_startsAsAFollowerAndStandsForElectionAfterItsTimeout() {
        assertThat(node.core.role()).isEqualTo(Role.FOLLOWER);
        int ticks = 0;
        while (node.core.role() == Role.FOLLOWER) {
            node.core.tick();
            ticks++;
        }

        assertThat(ticks).isEqualTo(2 * ELECTION_TICKS - 1); // chance gives the longest timeout here
        List<Message> sent = node.drain();
        assertThat(sent).extracting(Message::type).containsOnly(MessageType.VOTE);
        assertThat(sent).extracting(Message::to).containsExactly(2L, 3L);
        assertThat(sent).extracting(Message::term).containsOnly(1L);
        assertThat(node.storage.hardState().vote()).isEqualTo(1);
    }

    @Test
    void section52_timeoutsAreSpreadFromOneTimeoutToBelowTwo() {
        Set<Integer> seen = new HashSet<>();
        for (int chance = 0; chance < ELECTION_TICKS; chance++) {
            int drawn = chance;
            MemoryStorage storage = new MemoryStorage(() -> null);
            storage.applySnapshot(new Snapshot(
                    new SnapshotMark(1, 1, ConfState.of(List.of(1L, 2L, 3L), List.of())), Bytes.EMPTY));
            RaftCore core = new RaftCore(
                    RaftSettings.of(1).electionTicks(ELECTION_TICKS).build(),
                    storage,
                    0,
                    bound -> drawn,
                    TraceListener.NONE);
            int ticks = 0;
            while (core.role() == Role.FOLLOWER) {
                core.tick();
                ticks++;
            }
            seen.add(ticks);
        }
        assertThat(seen)
                .hasSize(ELECTION_TICKS)
                .allMatch(ticks -> ticks >= ELECTION_TICKS && ticks < 2 * ELECTION_TICKS);
    }

    @Test
    void section52_aLeaderSendsHeartbeatsAtEachInterval() {
        node.elect();
        node.drain();

        node.core.tick();

        List<Message> sent = node.drain();
        assertThat(sent).extracting(Message::type).containsExactly(MessageType.HEARTBEAT, MessageType.HEARTBEAT);
        assertThat(sent).extracting(Message::to).containsExactly(2L, 3L);
    }

    @Test
    void section52_aCandidateLeadsOnlyWithAMajority() {
        node.core.campaign();
        node.drain();
        assertThat(node.core.role()).isEqualTo(Role.CANDIDATE);

        node.step(Message.of(MessageType.VOTE_RESPONSE).from(2).term(1).reject(true));
        assertThat(node.core.role()).isEqualTo(Role.CANDIDATE);

        node.step(Message.of(MessageType.VOTE_RESPONSE).from(3).term(1));
        assertThat(node.core.role()).isEqualTo(Role.LEADER);
    }

    @Test
    void section52_aVoteIsGivenOnceInATerm() {
        assertThat(node.step(vote(2, 3, 1, 1))).singleElement().matches(answer -> !answer.reject());
        assertThat(node.step(vote(3, 3, 1, 1))).singleElement().matches(Message::reject);
        assertThat(node.step(vote(2, 3, 1, 1))).singleElement().matches(answer -> !answer.reject());
        assertThat(node.step(vote(3, 4, 1, 1))).singleElement().matches(answer -> !answer.reject());
    }

    @Test
    void section52_aVoteIsRememberedByAStart() {
        Driver restarted = new Driver(new HardState(3, 2, 1), List.of(), options -> options);

        assertThat(restarted.step(vote(3, 3, 1, 1))).singleElement().matches(Message::reject);
    }

    @Test
    void section52_aCandidateFollowsWhoWasElected() {
        node.core.campaign();
        node.drain();

        node.step(append(1, 1, 1));

        assertThat(node.core.role()).isEqualTo(Role.FOLLOWER);
        assertThat(node.core.leaderId()).isEqualTo(2);
        assertThat(node.core.term()).isEqualTo(1);
    }

    @Test
    void section53_anEntryIsCommittedOnceAMajorityHasIt() {
        node.elect();
        node.core.propose(List.of(Bytes.utf8("x")));
        node.drain();
        assertThat(node.core.commitIndex()).isEqualTo(1);

        List<Message> sent = node.acknowledge(3, 3);

        assertThat(node.core.commitIndex()).isEqualTo(3);
        assertThat(node.applied).extracting(Entry::index).containsExactly(2L, 3L); // the one before it too
        assertThat(sent).extracting(Message::commit).containsOnly(3L);
    }

    @Test
    void section53_aLeaderCountsItselfOnlyAsFarAsItsLogIsDurable() {
        Driver driver = new Driver(HardState.EMPTY, List.of(), options -> options.asyncStorage(true));
        driver.core.campaign();
        Message write = driver.core.ready().messages().stream()
                .filter(message -> message.to() == Message.LOG_STORAGE)
                .findFirst()
                .orElseThrow();
        driver.core.step(
                Message.of(MessageType.VOTE_RESPONSE).to(1).from(2).term(1).build());
        assertThat(driver.core.role()).as("its own vote is not durable").isEqualTo(Role.CANDIDATE);
        write.responses().forEach(driver.core::step);
        assertThat(driver.core.role()).isEqualTo(Role.LEADER);
        Message entries = driver.core.ready().messages().stream()
                .filter(message -> message.to() == Message.LOG_STORAGE)
                .findFirst()
                .orElseThrow();

        driver.core.step(Message.of(MessageType.APPEND_RESPONSE)
                .to(1)
                .from(2)
                .term(1)
                .index(2)
                .build());
        assertThat(driver.core.commitIndex()).as("its own log is not durable").isEqualTo(1);
        driver.storage.append(entries.entries());
        entries.responses().forEach(driver.core::step);
        assertThat(driver.core.commitIndex()).isEqualTo(2);
    }

    @Test
    void section53_aFollowerRefusesWhatDoesNotFitItsLog() {
        Driver follower = withLog(2, 1, 2);

        List<Message> answers = follower.step(append(3, 3, 3, entry(3, 4)));

        assertThat(answers).singleElement().matches(Message::reject).matches(answer -> answer.index() == 3);
        assertThat(follower.log()).containsExactly(entry(1, 2), entry(2, 3));
    }

    @Test
    void section53_aFollowerReplacesWhatConflicts() {
        Driver follower = withLog(2, 1, 2, 2);

        follower.step(append(3, 1, 2, entry(3, 3)));

        assertThat(follower.log()).containsExactly(entry(1, 2), entry(3, 3));
    }

    @Test
    void section53_aFollowerKeepsWhatAnOldAppendDoesNotSpeakOf() {
        Driver follower = withLog(3, 1, 3, 3);

        follower.step(append(3, 1, 2, entry(3, 3)));

        assertThat(follower.log()).containsExactly(entry(1, 2), entry(3, 3), entry(3, 4));
    }

    @Test
    void section53_aFollowerCommitsNoFurtherThanItKnowsTheLogsToBeEqual() {
        Driver follower = withLog(2, 1, 2, 2);

        follower.step(append(3, 1, 2).commit(4));

        assertThat(follower.core.commitIndex()).isEqualTo(2);
    }

    @Test
    void section541_aVoteGoesOnlyToALogThatIsAtLeastAsNew() {
        assertThat(withLog(2, 1, 2).step(vote(2, 3, 1, 9))).singleElement().matches(Message::reject);
        assertThat(withLog(2, 1, 2).step(vote(2, 3, 2, 2))).singleElement().matches(Message::reject);
        assertThat(withLog(2, 1, 2).step(vote(2, 3, 2, 3))).singleElement().matches(answer -> !answer.reject());
        assertThat(withLog(2, 1, 2).step(vote(2, 4, 3, 1))).singleElement().matches(answer -> !answer.reject());
    }

    @Test
    void section542_anEntryOfAnOlderTermIsCommittedOnlyWithOneOfItsOwn() {
        Driver leader = withLog(2, 2);
        leader.elect();
        assertThat(leader.core.term()).isEqualTo(3);

        leader.acknowledge(3, 2);
        assertThat(leader.core.commitIndex())
                .as("a majority has it, but it is of term 2")
                .isEqualTo(1);

        leader.acknowledge(3, 3);
        assertThat(leader.core.commitIndex()).isEqualTo(3);
    }

    @Test
    void section7_aSnapshotReplacesALogThatEndsBeforeIt() {
        Driver follower = withLog(2, 1, 2);
        Snapshot snapshot =
                new Snapshot(new SnapshotMark(9, 2, ConfState.of(List.of(1L, 2L), List.of(3L))), Bytes.EMPTY);

        List<Message> answers =
                follower.step(Message.of(MessageType.SNAPSHOT).from(2).term(3).snapshot(snapshot));

        assertThat(answers).singleElement().matches(answer -> answer.index() == 9 && !answer.reject());
        assertThat(follower.storage.firstIndex()).isEqualTo(10);
        assertThat(follower.core.appliedIndex()).isEqualTo(9);
        assertThat(follower.core.confState().learners()).containsExactly(3L);
    }

    @Test
    void section7_aSnapshotThatTellsNothingNewIsIgnored() {
        Driver follower = withLog(2, 1, 2);
        Snapshot snapshot =
                new Snapshot(new SnapshotMark(3, 2, ConfState.of(List.of(1L, 2L, 3L), List.of())), Bytes.EMPTY);

        follower.step(Message.of(MessageType.SNAPSHOT).from(2).term(3).snapshot(snapshot));

        assertThat(follower.log()).hasSize(2);
        assertThat(follower.core.commitIndex())
                .as("the log has it all, so it is committed")
                .isEqualTo(3);
    }

    @Test
    void section8_aReadIsAnsweredOnceAMajorityHasAnsweredAHeartbeatSentAfterIt() {
        node.elect();
        node.acknowledge(2, 2);
        node.core.readIndex(Bytes.utf8("r"));
        Message heartbeat = node.drain().get(0);
        assertThat(heartbeat.type()).isEqualTo(MessageType.HEARTBEAT);
        assertThat(node.reads).isEmpty();

        node.step(Message.of(MessageType.HEARTBEAT_RESPONSE).from(2).term(1));
        assertThat(node.reads).as("it answers an earlier heartbeat").isEmpty();

        node.step(Message.of(MessageType.HEARTBEAT_RESPONSE).from(2).term(1).context(heartbeat.context()));
        assertThat(node.reads).containsExactly(new Ready.ReadState(2, Bytes.utf8("r")));
    }

    @Test
    void section8_aReadWaitsForAnEntryOfTheTermToBeCommitted() {
        Driver leader = withLog(2);
        leader.elect();
        leader.core.readIndex(Bytes.utf8("r"));
        assertThat(leader.drain()).as("nothing of the term is committed").isEmpty();

        List<Message> sent = leader.acknowledge(2, 2);

        assertThat(sent).extracting(Message::type).contains(MessageType.HEARTBEAT);
        Message heartbeat = sent.stream()
                .filter(message -> message.type() == MessageType.HEARTBEAT)
                .findFirst()
                .orElseThrow();
        leader.step(Message.of(MessageType.HEARTBEAT_RESPONSE).from(3).term(3).context(heartbeat.context()));
        assertThat(leader.reads).containsExactly(new Ready.ReadState(2, Bytes.utf8("r")));
    }

    @Test
    void thesis641_withALeaderLeaseAReadIsAnsweredAtOnce() {
        Driver leader = new Driver(
                HardState.EMPTY, List.of(), options -> options.checkQuorum(true).leaseReads(true));
        leader.elect();
        leader.acknowledge(2, 2);

        leader.core.readIndex(Bytes.utf8("r"));

        leader.drain();
        assertThat(leader.reads).containsExactly(new Ready.ReadState(2, Bytes.utf8("r")));
    }

    @Test
    void thesis423_whoHearsOfALeaderHelpsNoElection() {
        Driver follower = new Driver(HardState.EMPTY, List.of(), options -> options.checkQuorum(true));
        follower.step(append(1, 1, 1));

        assertThat(follower.step(vote(3, 2, 1, 1))).isEmpty();
        assertThat(follower.core.term()).isEqualTo(1);
        assertThat(follower.step(vote(3, 2, 1, 1).context(Elections.TRANSFER_CONTEXT)))
                .singleElement()
                .matches(answer -> !answer.reject());
    }

    @Test
    void thesis96_aPreVoteChangesNeitherTermNorVote() {
        Driver candidate = new Driver(HardState.EMPTY, List.of(), options -> options.preVote(true));
        candidate.core.campaign();
        List<Message> sent = candidate.drain();
        assertThat(sent).extracting(Message::type).containsOnly(MessageType.PRE_VOTE);
        assertThat(sent).extracting(Message::term).containsOnly(1L);
        assertThat(candidate.core.term()).isZero();

        candidate.step(Message.of(MessageType.PRE_VOTE_RESPONSE).from(2).term(1));

        assertThat(candidate.core.role()).isEqualTo(Role.CANDIDATE);
        assertThat(candidate.core.term()).isEqualTo(1);
    }

    @Test
    void proposalsAreDroppedWhileTooMuchWaitsToBeCommitted() {
        Driver leader = new Driver(HardState.EMPTY, List.of(), options -> options.uncommittedBytesMax(10));
        leader.elect();
        assertThat(leader.core.propose(List.of(Bytes.utf8("x".repeat(20))))).isEqualTo(StepResult.OK);
        assertThat(leader.core.propose(List.of(Bytes.utf8("y")))).isEqualTo(StepResult.PROPOSAL_DROPPED);
        leader.drain();

        leader.acknowledge(2, 3);

        assertThat(leader.core.propose(List.of(Bytes.utf8("y")))).isEqualTo(StepResult.OK);
    }
}
