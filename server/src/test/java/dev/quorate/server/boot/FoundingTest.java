/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.api.model.Member;
import dev.quorate.raft.spi.PeerCallNames;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Ids and messages are those of real etcd 3.7.1, started with the same settings. */
class FoundingTest {
    private static final String THREE = "a=http://127.0.0.1:22380,b=http://127.0.0.1:22480,c=http://127.0.0.1:22580";
    private static final long A = 0x9e737febb6b99eeeL;
    private static final long B = 0x77d30ea154280a1cL;
    private static final long C = 0xcf92fc647896968cL;
    private static final long CLUSTER = 0x258572a3907ef252L;
    private static final String A_URL = "http://127.0.0.1:22380";
    private static final String B_URL = "http://127.0.0.1:22480";

    private final ScriptedPeers peers = new ScriptedPeers();

    private static MemberConfig.Builder member(String name, String url, String cluster) {
        return MemberConfig.builder()
                .name(name)
                .initialAdvertisePeerUrls(List.of(url))
                .initialCluster(Optional.of(InitialCluster.parse(cluster)));
    }

    private static MemberConfig.Builder joining(String name, String url, String cluster) {
        return member(name, url, cluster).initialClusterState(MemberConfig.ClusterState.EXISTING);
    }

    private Founding found(MemberConfig.Builder config) {
        return Founding.of(config.build(), new RemoteMembers(peers, null, 1_000_000_000L));
    }

    private void refuses(MemberConfig.Builder config, String message) {
        assertThatThrownBy(() -> found(config))
                .isInstanceOf(BootException.class)
                .hasMessage(message);
    }

    @Test
    void derivesTheIdsThatEtcdDerives() {
        Founding founding = found(member("b", B_URL, THREE));
        assertThat(founding.identity()).isEqualTo(new Founding.Identity(B, CLUSTER));
        assertThat(founding.founders()).extracting(Member::id).containsExactly(B, A, C);
        assertThat(founding.founders()).extracting(Member::name).containsExactly("b", "a", "c");
    }

    @Test
    void tellsClustersWithOtherTokensApart() {
        Founding founding = found(member("b", B_URL, THREE).initialClusterToken("other"));
        assertThat(founding.identity().clusterId()).isNotEqualTo(CLUSTER);
        assertThat(founding.identity().memberId()).isNotEqualTo(B);
    }

    @Test
    void isAloneIfNobodyIsNamed() {
        Founding founding = found(MemberConfig.builder());
        assertThat(founding.identity()).isEqualTo(new Founding.Identity(0x8e9e05c52164694dL, 0xcdf818194e3a8c32L));
        assertThat(founding.founders()).extracting(Member::name).containsExactly("default");
        assertThat(peers.asked).isEmpty();
    }

    @Test
    void takesSeveralUrlsOfAMember() {
        Founding founding = found(MemberConfig.builder()
                .name("a")
                .initialAdvertisePeerUrls(List.of("http://10.0.0.1:2", "http://10.0.0.1:1"))
                .initialCluster(Optional.of(
                        InitialCluster.parse("a=http://10.0.0.1:1,b=http://10.0.0.2:1,a=http://10.0.0.1:2"))));
        assertThat(founding.founders())
                .filteredOn(member -> member.name().equals("a"))
                .singleElement()
                .satisfies(member ->
                        assertThat(member.peerUrls()).containsExactly("http://10.0.0.1:1", "http://10.0.0.1:2"));
    }

    @Test
    void refusesToBeginAgainWhatOthersHaveSeenRunning() {
        peers.answer(
                A_URL,
                PeerCallNames.MEMBERS,
                CLUSTER,
                "[{\"id\":8634260996663806492,\"peerURLs\":[\"" + B_URL
                        + "\"],\"name\":\"b\",\"clientURLs\":[\"http://127.0.0.1:22479\"]}]");
        refuses(member("b", B_URL, THREE), "member 77d30ea154280a1c has already been bootstrapped");
    }

    @Test
    void beginsIfOthersHaveNotSeenItRun() {
        peers.answer(
                A_URL,
                PeerCallNames.MEMBERS,
                CLUSTER,
                "[{\"id\":8634260996663806492,\"peerURLs\":[\"" + B_URL + "\"],\"name\":\"b\"}]");
        assertThat(found(member("b", B_URL, THREE)).identity().memberId()).isEqualTo(B);
        assertThat(peers.asked).containsExactly(A_URL + " members");
    }

    @Test
    void refusesSettingsThatContradictOneAnother() {
        refuses(member("d", B_URL, THREE), "couldn't find local name \"d\" in the initial cluster configuration");
        refuses(
                member("a", "http://127.0.0.1:1", THREE),
                "--initial-cluster has a=http://127.0.0.1:22380 but missing from"
                        + " --initial-advertise-peer-urls=http://127.0.0.1:1"
                        + " (resolved urls: \"http://127.0.0.1:1\" != \"http://127.0.0.1:22380\")");
        refuses(
                member("a", A_URL, THREE).initialAdvertisePeerUrls(List.of(A_URL, "http://127.0.0.1:1")),
                "--initial-advertise-peer-urls has http://127.0.0.1:1 but missing from --initial-cluster="
                        + "a=http://127.0.0.1:1,a=http://127.0.0.1:22380");
        refuses(
                member("a", A_URL, "a=" + A_URL + ",b=" + A_URL),
                "initial cluster a=http://127.0.0.1:22380,b=http://127.0.0.1:22380 has duplicate url");
    }

    @Test
    void takesIdsFromTheClusterThatItJoins() {
        peers.answer(
                        B_URL,
                        PeerCallNames.MEMBERS,
                        7,
                        "[{\"id\":18446744073709551615,\"peerURLs\":[\"" + A_URL + "\"],\"name\":\"\"},"
                                + " {\"id\":5,\"peerURLs\":[\"" + B_URL + "\"],\"name\":\"b\"}]")
                .answer(B_URL, PeerCallNames.VERSION, 7, "{\"etcdserver\":\"3.7.1\",\"etcdcluster\":\"3.7.0\"}");
        Founding founding = found(joining("a", A_URL, "a=" + A_URL + ",b=" + B_URL));
        assertThat(founding.identity()).isEqualTo(new Founding.Identity(-1L, 7));
        assertThat(founding.founders()).isEmpty();
        assertThat(founding.known()).extracting(Member::id).containsExactly(5L, -1L);
    }

    @Test
    void refusesToJoinNobody() {
        refuses(
                joining("a", A_URL, THREE),
                "cannot fetch cluster info from peer urls: could not retrieve cluster information from the given URLs");
    }

    @Test
    void refusesToJoinAClusterThatIsDescribedWrongly() {
        peers.answer(B_URL, PeerCallNames.MEMBERS, 7, "[{\"id\":5,\"peerURLs\":[\"" + B_URL + "\"],\"name\":\"b\"}]");
        refuses(
                joining("a", A_URL, "a=" + A_URL + ",b=" + B_URL),
                "error validating peerURLs {ClusterID:7 Members:[&{ID:5 RaftAttributes:{PeerURLs:["
                        + "http://127.0.0.1:22480] IsLearner:false} Attributes:{Name:b ClientURLs:[]}}]"
                        + " RemovedMemberIDs:[]}: member count is unequal");
    }

    @Test
    void refusesToJoinAClusterOfANewerVersion() {
        peers.answer(
                        B_URL,
                        PeerCallNames.MEMBERS,
                        7,
                        "[{\"id\":4,\"peerURLs\":[\"" + A_URL + "\"]},{\"id\":5,\"peerURLs\":[\"" + B_URL + "\"]}]")
                .answer(B_URL, PeerCallNames.VERSION, 7, "{\"etcdserver\":\"3.8.0\",\"etcdcluster\":\"3.8.0\"}");
        refuses(joining("a", A_URL, "a=" + A_URL + ",b=" + B_URL), "incompatible with current running cluster");
    }

    @Test
    void refusesMoreLearnersThanItMayHave() {
        peers.answer(
                        B_URL,
                        PeerCallNames.MEMBERS,
                        7,
                        "[{\"id\":4,\"peerURLs\":[\"" + A_URL + "\"],\"isLearner\":true},{\"id\":5,\"peerURLs\":[\""
                                + B_URL + "\"]}]")
                .answer(B_URL, PeerCallNames.VERSION, 7, "{\"etcdserver\":\"3.7.1\",\"etcdcluster\":\"3.7.0\"}");
        refuses(
                joining("a", A_URL, "a=" + A_URL + ",b=" + B_URL).maxLearners(0),
                "membership: too many learner members in cluster");
    }

    @Test
    void namesUrlsThatAreNone() {
        assertThatThrownBy(() -> InitialCluster.parse("a=localhost:1").check())
                .hasMessage("error setting up initial cluster: URL scheme must be http, https, unix, or unixs:"
                        + " localhost:1");
        assertThatThrownBy(() -> InitialCluster.parse("a=127.0.0.1:1").check())
                .hasMessage("error setting up initial cluster: parse \"127.0.0.1:1\": first path segment in URL cannot"
                        + " contain colon");
        assertThatThrownBy(() -> InitialCluster.parse("a=http://h").check())
                .hasMessage("error setting up initial cluster: URL address does not have the form \"host:port\":"
                        + " http://h");
        assertThatThrownBy(() -> InitialCluster.parse("a=http://h:1/x").check())
                .hasMessage("error setting up initial cluster: URL must not contain a path: http://h:1/x");
    }
}
