/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import static dev.quorate.server.app.TestMember.fails;
import static dev.quorate.server.app.TestMember.get;
import static dev.quorate.server.app.TestMember.voter;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.error.EtcdError;
import dev.quorate.api.inbound.Leases;
import dev.quorate.api.model.LeaseGrantRequest;
import dev.quorate.api.model.LeaseTimeToLiveResponse;
import dev.quorate.api.model.PutRequest;
import dev.quorate.lease.LeaseTime;
import dev.quorate.raft.spi.PeerCallException.Reason;
import dev.quorate.raft.spi.PeerCallNames;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Leases in a cluster: only the leader knows their time, and a member that leads no more renews none. */
class LeaseForwardingTest {
    private final TestMember test = new TestMember(voter(1), voter(2), voter(3));
    private final Leases leases = test.services().leases();

    @BeforeEach
    void grant() {
        test.log.lead(1);
        get(leases.grant(new LeaseGrantRequest(60, 7)));
        get(test.services()
                .kv()
                .put(PutRequest.of(Bytes.utf8("k"), Bytes.utf8("v")).withLease(7)));
    }

    @AfterEach
    void stop() {
        test.close();
    }

    @Test
    void renewsHereWhileItLeads() {
        assertThat(get(leases.keepAlive(7)).ttlSeconds()).isEqualTo(60);
        assertThat(get(leases.keepAlive(8)).ttlSeconds()).isZero();
        assertThat(test.peers.asked).isEmpty();
    }

    @Test
    void asksTheLeaderAgainUntilItAnswers() {
        test.log.lead(2);
        test.peers
                .fail(Reason.UNREACHABLE, "")
                .fail(Reason.UNKNOWN_OUTCOME, "")
                .fail(Reason.REFUSED, "not a primary lessor")
                .fail(Reason.REFUSED, "waiting for node to catch up its applied index has timed out")
                .answer(PeerMessages.keepAliveResponse(7, 59));
        assertThat(get(leases.keepAlive(7)).ttlSeconds()).isEqualTo(59);
        assertThat(test.peers.asked).hasSize(5).containsOnly("2 keep-alive");
        test.peers.fail(Reason.REFUSED, "lease not found\n");
        assertThat(get(leases.keepAlive(8)).ttlSeconds()).isZero();
    }

    @Test
    void renewsHereWhenItIsElectedMeanwhile() {
        test.log.lead(0);
        CompletableFuture<?> renewal = leases.keepAlive(7);
        assertThat(renewal).isNotDone();
        test.log.lead(1);
        get(renewal);
        assertThat(test.peers.asked).isEmpty();
    }

    @Test
    void givesUpWhenTheTimeOfARequestIsOver() {
        test.log.lead(2);
        CompletableFuture<?> renewal = leases.keepAlive(7);
        test.pass(10);
        fails(renewal, EtcdError.TIMEOUT);
        test.log.lead(0);
        CompletableFuture<?> time = leases.timeToLive(7, false);
        test.pass(10);
        fails(time, EtcdError.NO_LEADER);
    }

    @Test
    void tellsTheTimeThatTheLeaderTells() {
        LeaseTimeToLiveResponse here = get(leases.timeToLive(7, true));
        assertThat(here.grantedTtlSeconds()).isEqualTo(60);
        assertThat(here.keys()).containsExactly(Bytes.utf8("k"));
        test.log.lead(2);
        test.peers
                .fail(Reason.UNREACHABLE, "")
                .answer(PeerMessages.timeResponse(7, new LeaseTime(41, 60, List.of(Bytes.utf8("k")))));
        LeaseTimeToLiveResponse there = get(leases.timeToLive(7, true));
        assertThat(there.ttlSeconds()).isEqualTo(41);
        assertThat(there.grantedTtlSeconds()).isEqualTo(60);
        assertThat(there.keys()).containsExactly(Bytes.utf8("k"));
        assertThat(there.header().memberId()).isEqualTo(1);
        test.peers.fail(Reason.REFUSED, "lease not found");
        assertThat(get(leases.timeToLive(8, true)).ttlSeconds()).isEqualTo(-1);
    }

    @Test
    void answersOtherMembersOnlyWhileItLeads() {
        Bytes renewed = get(test.peers.ask(PeerCallNames.KEEP_ALIVE, PeerMessages.keepAliveRequest(7)));
        assertThat(renewed).isEqualTo(PeerMessages.keepAliveResponse(7, 60));
        Bytes time = get(test.peers.ask(PeerCallNames.TIME_TO_LIVE, PeerMessages.timeRequest(7, true)));
        assertThat(PeerMessages.time(time).keys()).containsExactly(Bytes.utf8("k"));
        refuses(PeerCallNames.KEEP_ALIVE, PeerMessages.keepAliveRequest(8), "lease not found");
        refuses(PeerCallNames.TIME_TO_LIVE, PeerMessages.timeRequest(8, true), "lease not found");
        refuses(PeerCallNames.KEEP_ALIVE, Bytes.utf8("x"), "error unmarshalling request");
        test.log.lead(2);
        refuses(PeerCallNames.KEEP_ALIVE, PeerMessages.keepAliveRequest(7), "not a primary lessor");
        refuses(PeerCallNames.TIME_TO_LIVE, PeerMessages.timeRequest(7, true), "not a primary lessor");
    }

    private void refuses(String name, Bytes request, String text) {
        assertThatThrownBy(() -> test.peers.ask(name, request).join())
                .rootCause()
                .hasMessage(text);
    }

    @Test
    void keepsTheTimeOfALeaseThroughAChangeOfLeaders() {
        test.pass(50);
        test.log.lead(2);
        test.pass(50);
        test.log.lead(1);
        assertThat(get(leases.timeToLive(7, false)).ttlSeconds()).isEqualTo(60);
    }
}
