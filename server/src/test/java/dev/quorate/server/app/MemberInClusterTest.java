/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import static dev.quorate.server.app.TestMember.fails;
import static dev.quorate.server.app.TestMember.get;
import static dev.quorate.server.app.TestMember.learner;
import static dev.quorate.server.app.TestMember.voter;
import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.error.EtcdError;
import dev.quorate.api.inbound.Maintenance;
import dev.quorate.api.model.DowngradeAction;
import dev.quorate.api.model.PutRequest;
import dev.quorate.raft.spi.PeerCallNames;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a member does beside serving keys because there are others. */
class MemberInClusterTest {
    private final TestMember test = new TestMember(voter(1), voter(2), voter(3), learner(4));
    private final Maintenance maintenance = test.services().maintenance();

    @AfterEach
    void stop() {
        test.close();
    }

    private String ask(String name, String request) {
        return get(test.peers.ask(name, Bytes.utf8(request))).toUtf8();
    }

    private void awaitVersion(String version) {
        while (!test.membership().clusterVersion().equals(version)) {
            Thread.onSpinWait();
        }
    }

    @Test
    void movesLeadershipAndWaitsForIt() {
        fails(maintenance.moveLeader(2), EtcdError.NOT_LEADER);
        test.log.lead(1);
        fails(maintenance.moveLeader(9), EtcdError.BAD_LEADER_TRANSFEREE);
        fails(maintenance.moveLeader(4), EtcdError.BAD_LEADER_TRANSFEREE);
        CompletableFuture<Void> moved = maintenance.moveLeader(2);
        assertThat(test.log.transfers).containsExactly(2L);
        assertThat(moved).isNotDone();
        test.log.lead(2);
        get(moved);
    }

    @Test
    void givesUpATransferThatDoesNotComeAbout() {
        test.log.lead(1);
        CompletableFuture<Void> moved = maintenance.moveLeader(2);
        test.pass(1);
        fails(moved, EtcdError.TIMEOUT_LEADER_TRANSFER);
    }

    @Test
    void handsOverToTheVoterThatIsConnectedLongest() {
        get(test.member.handOver());
        test.log.lead(1);
        get(test.member.handOver()); // nobody is there
        assertThat(test.log.transfers).isEmpty();
        test.connect(3, 4);
        test.peers.connectedNanos.put(2L, TimeUnit.MINUTES.toNanos(1));
        test.peers.connectedNanos.put(4L, Long.MAX_VALUE);
        test.log.onTransfer = test.log::lead;
        get(test.member.handOver());
        assertThat(test.log.transfers).containsExactly(3L);
    }

    @Test
    void decidesTheVersionOfTheOldestMember() {
        test.log.lead(1);
        awaitVersion("3.0.0"); // not everybody can be asked
        test.peers.versions.put(2L, "3.7.1");
        test.peers.versions.put(3L, "3.6.11");
        test.peers.versions.put(4L, "3.7.0");
        test.log.lead(2);
        test.log.lead(1);
        awaitVersion("3.6.0");
        assertThat(test.services().health().clusterVersion()).isEqualTo("3.6.0");
    }

    @Test
    void saysWhatOtherMembersOfEtcdAskFor() {
        assertThat(ask(PeerCallNames.VERSION, ""))
                .isEqualTo("{\"etcdserver\":\"3.7.1\",\"etcdcluster\":\"not_decided\",\"storage\":\"unknown\"}");
        assertThat(ask(PeerCallNames.MEMBERS, ""))
                .isEqualTo("[{\"id\":1,\"peerURLs\":[\"http://m1:2380\"],\"name\":\"m1\","
                        + "\"clientURLs\":[\"http://m1:2379\"]},"
                        + "{\"id\":2,\"peerURLs\":[\"http://m2:2380\"],\"name\":\"m2\","
                        + "\"clientURLs\":[\"http://m2:2379\"]},"
                        + "{\"id\":3,\"peerURLs\":[\"http://m3:2380\"],\"name\":\"m3\","
                        + "\"clientURLs\":[\"http://m3:2379\"]},"
                        + "{\"id\":4,\"peerURLs\":[\"http://m4:2380\"],\"isLearner\":true}]\n");
        test.log.lead(1);
        get(test.services().kv().put(PutRequest.of(Bytes.utf8("k"), Bytes.utf8("v"))));
        assertThat(ask(PeerCallNames.HASH_KV, "{\"revision\":2}"))
                .matches("\\{\"header\":\\{\"revision\":2},\"hash\":\\d+,\"compact_revision\":-1,\"hash_revision\":2}");
        assertThat(ask(PeerCallNames.DOWNGRADE_ENABLED, "")).isEqualTo("false");
    }

    @Test
    void downgradesByOneMinorVersionOnly() {
        test.peers.versions.put(2L, "3.7.1");
        test.peers.versions.put(3L, "3.7.1");
        test.peers.versions.put(4L, "3.7.1");
        fails(maintenance.downgrade(DowngradeAction.VALIDATE, "x"), EtcdError.WRONG_DOWNGRADE_VERSION_FORMAT);
        fails(maintenance.downgrade(DowngradeAction.VALIDATE, "3.6"), EtcdError.CLUSTER_VERSION_UNAVAILABLE);
        test.log.lead(1);
        awaitVersion("3.7.0");
        fails(maintenance.downgrade(DowngradeAction.ENABLE, "3.5"), EtcdError.INVALID_DOWNGRADE_TARGET_VERSION);
        fails(maintenance.downgrade(DowngradeAction.UNRECOGNIZED, "3.6"), EtcdError.UNKNOWN_METHOD);
        assertThat(get(maintenance.downgrade(DowngradeAction.CANCEL, "")).version())
                .isEqualTo("3.7");
        get(maintenance.downgrade(DowngradeAction.VALIDATE, "3.6.0"));
        get(maintenance.downgrade(DowngradeAction.ENABLE, "3.6"));
        assertThat(ask(PeerCallNames.DOWNGRADE_ENABLED, "")).isEqualTo("true");
        fails(maintenance.downgrade(DowngradeAction.ENABLE, "3.6"), EtcdError.DOWNGRADE_IN_PROCESS);
        get(maintenance.downgrade(DowngradeAction.CANCEL, ""));
        assertThat(test.membership().downgrade().enabled()).isFalse();
    }

    @Test
    void publishesWithoutHurry() {
        CompletableFuture<Void> published = test.member.publish();
        test.pass(20);
        assertThat(published).isNotDone();
        test.log.lead(2);
        get(published);
        assertThat(test.membership().member(1)).isEqualTo(voter(1));
    }

    @Test
    void namesTheCauseOfATimeout() {
        CompletableFuture<?> leaderless = put();
        test.pass(10);
        fails(leaderless, EtcdError.TIMEOUT);
        test.log.lead(2);
        test.log.hold();
        CompletableFuture<?> lost = put();
        test.pass(10);
        fails(lost, EtcdError.TIMEOUT_DUE_TO_CONNECTION_LOST);
        test.connect(2);
        CompletableFuture<?> slow = put();
        test.pass(10);
        fails(slow, EtcdError.TIMEOUT);
    }

    private CompletableFuture<?> put() {
        return test.services().kv().put(PutRequest.of(Bytes.utf8("k"), Bytes.utf8("v")));
    }

    @Test
    void endsWhenOthersSayThatItWasRemoved() {
        test.member.stateMachine().removed();
        assertThat(get(test.fault))
                .isInstanceOf(MemberRemovedException.class)
                .hasMessage("the member has been permanently removed from the cluster");
    }

    @Test
    void showsMembersAndVersions() {
        get(CompletableFuture.runAsync(() -> {
            while (test.metrics.value("etcd_network_known_peers 1 4") < 0) {
                Thread.onSpinWait();
            }
        }));
        assertThat(test.metrics.value("etcd_network_known_peers 1 2")).isEqualTo(1);
        assertThat(test.metrics.value("etcd_server_has_leader")).isZero();
        test.log.lead(1);
        assertThat(test.metrics.value("etcd_server_is_leader")).isEqualTo(1);
    }
}
