/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import static dev.quorate.server.app.TestMember.fails;
import static dev.quorate.server.app.TestMember.get;
import static dev.quorate.server.app.TestMember.learner;
import static dev.quorate.server.app.TestMember.silent;
import static dev.quorate.server.app.TestMember.voter;
import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.error.EtcdError;
import dev.quorate.api.inbound.Cluster;
import dev.quorate.api.model.Member;
import dev.quorate.api.model.MemberAddResponse;
import dev.quorate.membership.MemberIds;
import dev.quorate.raft.spi.MemberProgress;
import dev.quorate.raft.spi.PeerCallException.Reason;
import dev.quorate.schema.MemberRecords;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Changes of the membership as a client asks for them: what is made, and each reason to refuse one. */
class ClusterServiceTest {
    private TestMember test = new TestMember(voter(1));

    @AfterEach
    void stop() {
        test.close();
    }

    private Cluster cluster(Member... members) {
        test.close();
        test = new TestMember(members);
        test.log.lead(1);
        return test.services().cluster();
    }

    private static MemberProgress progress(long id, long match) {
        return new MemberProgress(id, id > 2, match, match + 1, "StateReplicate", true);
    }

    @Test
    void addsAMember() {
        Cluster cluster = cluster(voter(1));
        MemberAddResponse answer = get(cluster.memberAdd(List.of("http://b:2380", "http://a:2380 "), false));
        Member added = new Member(
                MemberIds.ofAdded(List.of("http://a:2380", "http://b:2380"), 1000),
                "",
                List.of("http://a:2380", "http://b:2380"),
                List.of(),
                false);
        assertThat(answer.member()).isEqualTo(added);
        assertThat(answer.members()).containsExactlyInAnyOrder(voter(1), added);
        assertThat(answer.header().revision()).isZero();
        assertThat(test.membership().members()).isEqualTo(answer.members());
        assertThat(test.peers.known).containsEntry(added.id(), added.peerUrls()).doesNotContainKey(1L);
        assertThat(test.log.refused).isEmpty();
    }

    @Test
    void refusesUrlsThatAreNone() {
        fails(cluster(voter(1)).memberAdd(List.of("http://a"), false), EtcdError.MEMBER_BAD_URLS);
        fails(test.services().cluster().memberAdd(List.of(), true), EtcdError.MEMBER_BAD_URLS);
    }

    @Test
    void tellsTheLogWhichChangeWasRefused() {
        Cluster cluster = cluster(voter(1));
        long before = test.log.status().lastIndex();
        fails(cluster.memberAdd(List.of("http://m1:2380"), true), EtcdError.PEER_URL_EXIST);
        assertThat(test.log.refused)
                .singleElement()
                .satisfies(index -> assertThat(index)
                        .isBetween(before + 1, test.log.status().lastIndex()));
        get(cluster.memberAdd(List.of("http://l:1"), true));
        fails(cluster.memberAdd(List.of("http://l:2"), true), EtcdError.TOO_MANY_LEARNERS);
        assertThat(test.log.refused).hasSize(2);
    }

    @Test
    void wantsEnoughStartedMembers() {
        Cluster cluster = cluster(voter(1), silent(2));
        test.connect(2);
        fails(cluster.memberAdd(List.of("http://c:1"), false), EtcdError.MEMBER_NOT_ENOUGH_STARTED);
        fails(cluster.memberRemove(1), EtcdError.MEMBER_NOT_ENOUGH_STARTED);
        assertThat(get(cluster.memberRemove(2)).members()).containsExactly(voter(1));
        fails(cluster.memberRemove(1), EtcdError.MEMBER_NOT_ENOUGH_STARTED);
    }

    @Test
    void wantsEnoughConnectedMembers() {
        Cluster cluster = cluster(voter(1), voter(2), voter(3));
        test.connect(2);
        fails(cluster.memberAdd(List.of("http://d:1"), false), EtcdError.UNHEALTHY);
        fails(cluster.memberAdd(List.of("http://d:1"), true), EtcdError.UNHEALTHY);
        fails(cluster.memberRemove(2), EtcdError.UNHEALTHY);
        test.connect(3);
        get(cluster.memberAdd(List.of("http://d:1"), false));
        test.peers.connectedNanos.put(3L, 1L); // too short a time
        fails(cluster.memberRemove(2), EtcdError.UNHEALTHY);
        test.peers.connectedNanos.remove(3L);
        assertThat(get(cluster.memberRemove(3)).members()).doesNotContain(voter(3)); // it is no loss
    }

    @Test
    void askedNotToBeStrictAddsAnyway() {
        test.close();
        test = new TestMember(false, voter(1), silent(2), silent(3));
        test.log.lead(1);
        get(test.services().cluster().memberAdd(List.of("http://d:1"), false));
        get(test.services().cluster().memberRemove(2));
    }

    @Test
    void neverTakesBackWhoWasRemoved() {
        Cluster cluster = cluster(voter(1), voter(2), voter(3));
        test.connect(2, 3);
        get(cluster.memberRemove(3));
        assertThat(test.peers.removed).containsExactly(3L);
        fails(cluster.memberRemove(3), EtcdError.MEMBER_NOT_FOUND);
        fails(cluster.memberUpdate(3, List.of("http://x:1")), EtcdError.MEMBER_NOT_FOUND);
    }

    @Test
    void endsWhenItHasAppliedItsOwnRemoval() {
        Cluster cluster = cluster(voter(1), voter(2), voter(3));
        test.connect(2, 3);
        get(cluster.memberRemove(1));
        assertThat(get(test.fault)).isInstanceOf(MemberRemovedException.class);
        assertThat(test.peers.removed).isEmpty();
    }

    @Test
    void movesAMember() {
        Cluster cluster = cluster(voter(1), voter(2));
        Member moved = new Member(2, "m2", List.of("http://new:1"), voter(2).clientUrls(), false);
        assertThat(get(cluster.memberUpdate(2, List.of("http://new:1"))).members())
                .containsExactly(voter(1), moved);
        assertThat(test.peers.known).containsEntry(2L, List.of("http://new:1"));
        fails(cluster.memberUpdate(2, List.of("http://m1:2380")), EtcdError.PEER_URL_EXIST);
    }

    @Test
    void promotesALearnerThatHasCaughtUp() {
        Cluster cluster = cluster(voter(1), voter(2), learner(3));
        test.log.progress = List.of(progress(1, 1000), progress(2, 1000), progress(3, 899));
        fails(cluster.memberPromote(3), EtcdError.LEARNER_NOT_READY);
        assertThat(test.metrics.value("etcd_server_learner_promote_failures " + EtcdError.LEARNER_NOT_READY.text()))
                .isEqualTo(1);
        fails(cluster.memberPromote(9), EtcdError.MEMBER_NOT_FOUND);
        fails(cluster.memberPromote(2), EtcdError.MEMBER_NOT_LEARNER);
        test.log.progress = List.of(progress(1, 1000), progress(2, 10), progress(3, 900));
        assertThat(get(cluster.memberPromote(3)).members()).containsExactly(voter(1), voter(2), silent(3));
        assertThat(test.metrics.value("etcd_server_learner_promote_successes")).isEqualTo(1);
    }

    @Test
    void doesNotPromoteIfTooFewHaveStarted() {
        Cluster cluster = cluster(voter(1), silent(2), silent(4), learner(3));
        test.log.progress = List.of(progress(1, 10), progress(3, 10));
        fails(cluster.memberPromote(3), EtcdError.MEMBER_NOT_ENOUGH_STARTED);
    }

    @Test
    void asksTheLeaderToPromote() {
        Cluster cluster = cluster(voter(1), voter(2), learner(3));
        test.log.lead(2);
        test.peers
                .fail(Reason.UNREACHABLE, "not yet")
                .fail(Reason.REFUSED, "{\"message\":\"Internal Server Error\"}")
                .answer(MemberRecords.encodeAll(List.of(voter(1), voter(2), silent(3))));
        assertThat(get(cluster.memberPromote(3)).members()).containsExactly(voter(1), voter(2), silent(3));
        assertThat(test.peers.asked).containsExactly("2 promote", "2 promote", "2 promote");
        test.peers.fail(Reason.REFUSED, "etcdserver: can only promote a learner member which is in sync with leader\n");
        fails(cluster.memberPromote(3), EtcdError.LEARNER_NOT_READY);
        test.peers.fail(Reason.REFUSED, "membership: can only promote a learner member\n");
        fails(cluster.memberPromote(2), EtcdError.MEMBER_NOT_LEARNER);
        test.peers.fail(Reason.REFUSED, "membership: ID not found");
        fails(cluster.memberPromote(9), EtcdError.MEMBER_NOT_FOUND);
    }

    @Test
    void promotesForAnotherMember() {
        cluster(voter(1), voter(2), learner(3));
        test.log.progress = List.of(progress(1, 10), progress(2, 10), progress(3, 10));
        assertThat(MemberRecords.decodeList(get(test.peers.ask("promote", Bytes.utf8("3")))))
                .containsExactly(voter(1), voter(2), silent(3));
    }

    @Test
    void waitsNotForEver() {
        Cluster cluster = cluster(voter(1), voter(2), voter(3));
        test.log.hold();
        var answer = cluster.memberUpdate(2, List.of("http://x:1"));
        test.pass(10);
        fails(answer, EtcdError.TIMEOUT_DUE_TO_CONNECTION_LOST); // nobody is connected
    }
}
