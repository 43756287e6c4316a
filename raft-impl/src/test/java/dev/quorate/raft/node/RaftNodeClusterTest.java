/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.core.Role;
import dev.quorate.raft.spi.ConfChange;
import dev.quorate.raft.spi.Consensus.DropReason;
import dev.quorate.raft.spi.Consensus.ReadIndexListener;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.MessageType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/**
 * Groups of several members: what is promised about the order in which things become durable, are sent, applied and
 * answered (design, section 3). Members are moved by hand, on one thread.
 */
final class RaftNodeClusterTest {
    private final List<Long> reads = new ArrayList<>(); // confirmed at these indexes; -1 if failed

    private static void propose(ManualCluster cluster, long id) {
        cluster.life(id).clients().write(cluster.node(id), 1);
    }

    private static void change(ManualCluster cluster, long id, ConfChange.Type type, long about) {
        cluster.node(id).changeMembership(new ConfChange(0, type, about, Bytes.EMPTY), reason -> {});
    }

    private void read(ManualCluster cluster, long id) {
        cluster.node(id).readIndex(new ReadIndexListener() {
            @Override
            public void confirmed(long index) {
                reads.add(index);
            }

            @Override
            public void failed(DropReason reason) {
                reads.add(-1L);
            }
        });
    }

    private static long commit(ManualCluster cluster, long id) {
        return cluster.core(id).commitIndex();
    }

    private static ManualCluster ledBy(int members, long leader) {
        ManualCluster cluster = new ManualCluster(members);
        cluster.elect(leader);
        assertThat(cluster.core(leader).role()).isEqualTo(Role.LEADER);
        return cluster;
    }

    // Rule 1: what is said is durable.

    @Test
    void asksForVotesOnlyOnceItsOwnIsDurable() {
        ManualCluster cluster = new ManualCluster(3);
        cluster.tick(1, ManualCluster.ELECTION_TICKS);
        assertThat(cluster.core(1).role()).isEqualTo(Role.CANDIDATE);
        assertThat(cluster.flying(MessageType.VOTE)).isEmpty();

        cluster.write(1);

        assertThat(cluster.flying(MessageType.VOTE)).extracting(Message::to).containsExactly(2L, 3L);
        assertThat(cluster.get(1).disk().state().term()).isEqualTo(2);
    }

    @Test
    void votesOnlyOnceThatIsDurable() {
        ManualCluster cluster = new ManualCluster(3);
        cluster.tick(1, ManualCluster.ELECTION_TICKS);
        cluster.write(1);
        cluster.deliver(message -> message.to() == 2);
        cluster.whileBlocked(
                life -> assertThat(cluster.flying(MessageType.VOTE_RESPONSE)).isEmpty());

        cluster.write(2);

        assertThat(cluster.flying(MessageType.VOTE_RESPONSE)).hasSize(1);
        assertThat(cluster.get(2).disk().state().vote()).isEqualTo(1);
    }

    @Test
    void acknowledgesOnlyWhatIsDurable() {
        ManualCluster cluster = ledBy(3, 1);
        propose(cluster, 1);
        cluster.deliver(message -> message.to() == 2);
        cluster.whileBlocked(
                life -> assertThat(cluster.flying(MessageType.APPEND_RESPONSE)).isEmpty());

        cluster.write(2);

        assertThat(cluster.flying(MessageType.APPEND_RESPONSE)).hasSize(1);
        assertThat(cluster.get(2).disk().lastIndex()).isEqualTo(5);
    }

    // Rule 2: the leader sends before its own disk has it, and does not count itself before.

    @Test
    void sendsBeforeItsOwnDiskHasIt() {
        ManualCluster cluster = ledBy(3, 1);
        propose(cluster, 1);

        assertThat(cluster.flying(MessageType.APPEND)).extracting(Message::to).containsExactly(2L, 3L);
        assertThat(cluster.get(1).disk().lastIndex()).isEqualTo(4);
    }

    @Test
    void countsItselfOnlyOnceItIsDurable() {
        ManualCluster cluster = ledBy(3, 1);
        propose(cluster, 1);
        cluster.deliver(message -> message.to() == 2);
        cluster.write(2);
        cluster.deliver(message -> message.to() == 1);
        assertThat(commit(cluster, 1)).isEqualTo(4);

        cluster.write(1);

        assertThat(commit(cluster, 1)).isEqualTo(5);
    }

    @Test
    void commitsWithoutItselfWhenMostOthersHaveIt() {
        ManualCluster cluster = ledBy(3, 1);
        propose(cluster, 1);
        cluster.deliver(message -> true);
        cluster.write(2);
        cluster.write(3);
        cluster.deliver(message -> message.to() == 1);

        assertThat(commit(cluster, 1)).isEqualTo(5);
        assertThat(cluster.get(1).store().latest().index()).isEqualTo(4); // applied only what is durable here
    }

    // Rule 3: applied only when committed, answered only when applied.

    @Test
    void answersOnlyOnceItIsApplied() {
        ManualCluster cluster = ledBy(3, 1);
        propose(cluster, 1);
        cluster.whileBlocked(life -> {
            if (life.member().id() == 1 && life.machine().appliedIndex() < 5) {
                assertThat(cluster.history().answeredWrites()).isZero();
            }
        });

        cluster.settle();

        assertThat(cluster.history().answeredWrites()).isEqualTo(1);
    }

    // Rule 4: the log is cut only below what is durable in storage.

    @Test
    void cutsTheLogOnlyBelowWhatStorageHolds() {
        ManualCluster cluster = ledBy(3, 1);
        for (int i = 0; i < 6; i++) {
            propose(cluster, 1);
            cluster.settle();
        }
        cluster.get(1).store().flush();
        for (int i = 0; i < 6; i++) {
            propose(cluster, 1);
            cluster.settle();
        }

        assertThat(cluster.get(1).disk().mark().index()).isEqualTo(10);
        assertThat(cluster.get(2).disk().mark().index()).isZero();
    }

    // Rule 5: a failed write ends the member.

    @Test
    void saysNothingAnyMoreAfterAFailedWrite() {
        ManualCluster cluster = ledBy(3, 1);
        propose(cluster, 1);
        cluster.deliver(message -> message.to() == 2);
        cluster.failNextWrite(2);

        cluster.work(2);

        assertThat(cluster.life(2).isFailed()).isTrue();
        assertThat(cluster.flying(MessageType.APPEND_RESPONSE)).isEmpty();
        propose(cluster, 1);
        cluster.deliver(message -> message.to() == 2);
        cluster.work(2);
        assertThat(cluster.flying(MessageType.APPEND_RESPONSE)).isEmpty();
    }

    // Rule 6: a read is confirmed only after an entry of the term is committed, and only by a leader.

    @Test
    void confirmsNoReadBeforeAnEntryOfTheTermIsCommitted() {
        ManualCluster cluster = ledBy(3, 1);
        propose(cluster, 1);
        cluster.settle(message -> message.type() != MessageType.APPEND || message.commit() < 5);
        assertThat(commit(cluster, 1)).isEqualTo(5); // nobody else knows
        cluster.crash(1);
        cluster.elect(2, message -> message.type() != MessageType.APPEND);
        assertThat(cluster.core(2).role()).isEqualTo(Role.LEADER);
        read(cluster, 2);
        cluster.settle(message -> message.type() != MessageType.APPEND);
        assertThat(reads).isEmpty();

        cluster.tick(2, 1);
        cluster.settle();
        cluster.tick(2, 1);
        cluster.settle();

        assertThat(reads).hasSize(1);
        assertThat(reads.get(0)).isGreaterThanOrEqualTo(6);
    }

    @Test
    void confirmsReadsOnlyWithMostOthers() {
        ManualCluster cluster = ledBy(3, 1);
        read(cluster, 1);
        assertThat(reads).isEmpty();
        assertThat(cluster.flying(MessageType.HEARTBEAT)).hasSize(2);

        cluster.settle();

        assertThat(reads).containsExactly(4L);
    }

    @Test
    void readsOnFollowersAskTheLeader() {
        ManualCluster cluster = ledBy(3, 1);
        read(cluster, 2);
        assertThat(cluster.flying(MessageType.READ_INDEX))
                .extracting(Message::to)
                .containsExactly(1L);

        cluster.settle();

        assertThat(reads).containsExactly(4L);
    }

    @Test
    void readsAreAskedAgainUnderAnotherLeader() {
        ManualCluster cluster = ledBy(3, 1);
        read(cluster, 3);
        cluster.lose();
        cluster.crash(1);

        cluster.elect(2);
        cluster.tick(2, 1);
        cluster.settle();

        assertThat(reads).containsExactly(5L);
    }

    @Test
    void readsThatComeWhileAQuestionIsOpenWaitForTheNextOne() {
        ManualCluster cluster = ledBy(3, 1);
        read(cluster, 2);
        cluster.deliver(message -> message.type() == MessageType.READ_INDEX);
        propose(cluster, 1);
        cluster.settle(message -> message.type() != MessageType.HEARTBEAT_RESPONSE);
        read(cluster, 2);
        for (int i = 0; i < 6; i++) {
            cluster.tick(1, 1); // an answer that was lost comes with the next heartbeat
            cluster.tick(2, 1);
            cluster.settle();
        }

        assertThat(reads).hasSize(2);
        assertThat(reads.get(1)).isEqualTo(5);
    }

    // A group of one.

    @Test
    void readsAloneWaitForWhatWasCommittedBeforeTheStart() {
        ManualCluster cluster = new ManualCluster(1);
        propose(cluster, 1);
        cluster.settle();
        long told = cluster.history().told();
        cluster.restart(1); // storage has lost all, the log has it
        cluster.life(1).clients().read(cluster.node(1));

        cluster.settle();

        assertThat(told).isEqualTo(1);
        assertThat(cluster.history().answeredReads()).isEqualTo(1); // and History has seen that it is not too old
    }

    @Test
    void proposalsThatWereLostDoNotCountForEver() {
        ManualCluster cluster = ledBy(3, 1);
        for (int i = 0; i < 4; i++) {
            cluster.life(2).clients().write(cluster.node(2), 400);
        }
        cluster.lose();
        assertThat(cluster.history().lastDrop()).isEqualTo(DropReason.OVERLOADED);

        for (int i = 0; i < 30; i++) {
            cluster.tick(1, 1);
            cluster.settle();
            cluster.tick(2, 1);
        }
        propose(cluster, 2);
        cluster.settle();

        assertThat(cluster.history().answeredWrites()).isEqualTo(1);
    }

    // Handing over, and members that come and go.

    @Test
    void proposalsWaitWhileLeadershipIsHandedOver() {
        ManualCluster cluster = ledBy(3, 1);
        cluster.node(1).transferLeadership(2);
        propose(cluster, 1);
        assertThat(cluster.flying(MessageType.APPEND)).isEmpty();

        cluster.settle();

        assertThat(cluster.core(2).role()).isEqualTo(Role.LEADER);
        assertThat(cluster.history().answeredWrites()).isEqualTo(1);
    }

    @Test
    void aRefusedChangeOfTheMembersChangesNothing() {
        ManualCluster cluster = ledBy(3, 1);
        change(cluster, 1, ConfChange.Type.REMOVE_NODE, 9);
        cluster.settle();
        assertThat(cluster.core(1).confState().voters()).containsExactly(1L, 2L, 3L);

        change(cluster, 1, ConfChange.Type.REMOVE_NODE, 3);
        cluster.settle();

        assertThat(cluster.core(2).confState().voters()).containsExactly(1L, 2L);
    }

    @Test
    void aMemberFarBehindGetsTheState() {
        ManualCluster cluster = ledBy(3, 1);
        for (int i = 0; i < 10; i++) {
            propose(cluster, 1);
            cluster.settle(message -> message.to() != 3 && message.from() != 3);
        }
        cluster.tick(1, 1);
        cluster.settle();

        assertThat(cluster.get(3).disk().mark().index()).isEqualTo(14);
        assertThat(cluster.get(3).store().latest())
                .isEqualTo(cluster.get(1).store().latest());
        propose(cluster, 3);
        cluster.settle();
        assertThat(cluster.history().answeredWrites()).isEqualTo(11);
    }

    /** Otherwise it would need another one, and so on for as long as clients write fast enough. */
    @Test
    void whatIsWrittenWhileAStateIsOnItsWayIsKeptForItsReceiver() {
        ManualCluster cluster = ledBy(3, 1);
        sendState(cluster);
        Predicate<Message> others = message -> message.type() != MessageType.SNAPSHOT && message.to() != 3;
        for (int i = 0; i < 20; i++) {
            propose(cluster, 1);
            cluster.deliver(others);
            cluster.work(1);
            cluster.work(2);
            cluster.deliver(others);
            cluster.work(1);
        }
        assertThat(cluster.core(1).appliedIndex()).isEqualTo(34);

        assertThat(statesSentWhileSettling(cluster)).isEqualTo(1);
        assertThat(cluster.get(3).store().latest())
                .isEqualTo(cluster.get(1).store().latest());
    }

    @Test
    void nothingIsKeptForAMemberThatHasCaughtUp() {
        ManualCluster cluster = ledBy(3, 1);
        sendState(cluster);
        cluster.settle();
        cluster.tick(1, 1);

        sendState(cluster);

        assertThat(cluster.flying(MessageType.SNAPSHOT)).hasSize(1);
    }

    @Test
    void nothingIsKeptForAMemberThatComesNoNearer() {
        ManualCluster cluster = ledBy(3, 1);
        sendState(cluster);
        cluster.deliver(message -> message.to() == 3);
        cluster.write(3);
        cluster.crash(3);
        for (int i = 0; i < 10; i++) {
            propose(cluster, 1);
            cluster.settle();
        }
        for (int i = 0; i < 310; i++) { // half a minute and more
            cluster.tick(1, 1);
            cluster.settle();
        }
        propose(cluster, 1);
        cluster.settle();

        cluster.restart(3);
        cluster.tick(1, 1);

        assertThat(statesSentWhileSettling(cluster)).isEqualTo(1);
    }

    private static int statesSentWhileSettling(ManualCluster cluster) {
        AtomicInteger states = new AtomicInteger();
        cluster.settle(message -> {
            states.addAndGet(message.type() == MessageType.SNAPSHOT ? 1 : 0);
            return true;
        });
        return states.get();
    }

    /** Lets the leader send the state to member 3. */
    private static void sendState(ManualCluster cluster) {
        for (int i = 0; i < 10; i++) {
            propose(cluster, 1);
            cluster.settle(message -> message.to() != 3 && message.from() != 3);
        }
        cluster.tick(1, 1);
        for (int i = 0; i < 10 && cluster.flying(MessageType.SNAPSHOT).isEmpty(); i++) {
            cluster.deliver(message -> true);
            cluster.work(1);
            cluster.work(2);
            cluster.work(3);
        }
    }

    @Test
    void aMemberThatDiesBeforeItUsesTheStateFindsItAgain() {
        ManualCluster cluster = ledBy(3, 1);
        for (int i = 0; i < 10; i++) {
            propose(cluster, 1);
            cluster.settle(message -> message.to() != 3 && message.from() != 3);
        }
        cluster.tick(1, 1);
        while (cluster.get(3).disk().mark().index() == 0) {
            cluster.deliver(message -> true);
            cluster.work(1);
            cluster.work(2);
            cluster.write(3); // the log vouches for the state, and nobody has installed it
        }
        assertThat(cluster.get(3).store().latest().index()).isEqualTo(4);

        cluster.restart(3);

        assertThat(cluster.get(3).store().latest().index()).isEqualTo(14);
    }

    /** A change that is still applied when the state comes is older than the configuration that came with it. */
    @Test
    void theConfigurationOfTheStateStaysInForce() {
        ManualCluster cluster = ledBy(3, 1);
        change(cluster, 1, ConfChange.Type.ADD_LEARNER_NODE, 4);
        cluster.settle(message -> message.to() != 3);
        cluster.tick(1, 1);
        cluster.deliver(message -> true);
        cluster.deliver(message -> message.to() == 1);
        cluster.deliver(message -> message.to() == 3);
        cluster.whileBlocked(life -> {
            boolean applying = life.member().id() == 3
                    && life.member().disk().lastIndex() == 5
                    && life.machine().appliedIndex() == 4;
            if (applying) {
                cluster.whileBlocked(other -> {});
                leaveBehind(cluster);
                cluster.deliver(message -> message.type() == MessageType.SNAPSHOT);
            }
        });

        cluster.write(3);
        cluster.settle();

        assertThat(cluster.get(3).disk().mark().index()).isGreaterThan(5);
        assertThat(cluster.core(3).confState().voters()).containsExactly(1L, 2L, 3L, 4L);
    }

    /** Promotes member 4 without member 3, which then needs the state. */
    private static void leaveBehind(ManualCluster cluster) {
        cluster.lose();
        change(cluster, 1, ConfChange.Type.ADD_NODE, 4);
        for (int i = 0; i < 6; i++) {
            propose(cluster, 1);
            cluster.settle(message -> message.to() != 3 && message.from() != 3);
        }
        cluster.unreachable(1, 3);
        cluster.tick(1, 1);
        cluster.deliver(message -> true);
        cluster.deliver(message -> message.to() == 1);
        cluster.work(1);
        assertThat(cluster.flying(MessageType.SNAPSHOT)).hasSize(1);
    }

    @Test
    void aLearnerIsPromoted() {
        ManualCluster cluster = ledBy(3, 1);
        change(cluster, 2, ConfChange.Type.ADD_LEARNER_NODE, 4);
        cluster.settle();
        cluster.join(4);
        cluster.tick(1, 1);
        cluster.settle();
        assertThat(cluster.core(4).confState().learners()).containsExactly(4L);

        change(cluster, 2, ConfChange.Type.ADD_NODE, 4);
        cluster.settle();

        assertThat(cluster.core(4).confState().voters()).containsExactly(1L, 2L, 3L, 4L);
        assertThat(cluster.get(4).store().latest())
                .isEqualTo(cluster.get(1).store().latest());
    }

    /** With one voter left, etcd's Raft would take the leader for it. */
    @Test
    void aRemovedLeaderAnswersNoReadAlone() {
        ManualCluster cluster = ledBy(2, 1);
        change(cluster, 1, ConfChange.Type.REMOVE_NODE, 1);
        cluster.settle(message -> message.to() == 1 || message.commit() < 4);
        assertThat(cluster.core(1).confState().voters()).containsExactly(2L);
        assertThat(cluster.core(1).role()).isEqualTo(Role.LEADER);
        cluster.lose();

        read(cluster, 1);
        assertThat(reads).isEmpty();
        cluster.settle();

        assertThat(reads).hasSize(1); // the other one has confirmed it
    }
}
