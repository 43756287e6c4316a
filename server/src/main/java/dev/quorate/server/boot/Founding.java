/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.boot;

import dev.quorate.api.model.Member;
import dev.quorate.membership.MemberIds;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who a member without a log is, and whom it knows.
 *
 * <p>A new cluster is what every member was told, so all derive the same ids. A cluster that is there already is asked:
 * what this member was told only has to agree with the answer.
 *
 * <p>Source: etcd v3.7.1, {@code server/etcdserver/bootstrap.go}, {@code server/config/config.go},
 * {@code server/etcdserver/api/membership/cluster.go}; the messages are its own.
 *
 * @param identity which member of which cluster
 * @param founders with whom the log begins, by id; nobody if the log comes from others
 * @param known all members that are known
 */
record Founding(Identity identity, List<Member> founders, List<Member> known) {
    /** Which member of which cluster; ids unsigned. */
    record Identity(long memberId, long clusterId) {}

    /**
     * Finds the place of a member.
     *
     * @throws BootException if the settings contradict one another, or the cluster that is there
     */
    static Founding of(MemberConfig config, RemoteMembers others) {
        return config.initialClusterState() == MemberConfig.ClusterState.NEW
                ? ofNew(config, others)
                : ofExisting(config, others);
    }

    /** What follows from the settings alone, for a new cluster. */
    static Founding ofNew(MemberConfig config) {
        InitialCluster cluster = cluster(config);
        checkLocalName(config, cluster);
        checkAdvertised(config, cluster);
        checkUnique(cluster);
        List<Member> members = members(config, cluster);
        checkLearners(config, members);
        long clusterId = MemberIds.ofCluster(members.stream().map(Member::id).toList());
        return new Founding(new Identity(byName(members, config.name()).id(), clusterId), members, members);
    }

    private static Founding ofNew(MemberConfig config, RemoteMembers others) {
        Founding founding = ofNew(config);
        long self = founding.identity.memberId();
        Optional<RemoteMembers.Found> found = others.find(urlsOfOthers(founding.known, self), RemoteMembers.BRIEFLY);
        boolean known = found.stream()
                .flatMap(answer -> answer.members().stream())
                .anyMatch(member -> member.id() == self && !member.clientUrls().isEmpty());
        if (known) {
            throw new BootException("member " + Long.toHexString(self) + " has already been bootstrapped");
        }
        return founding;
    }

    private static Founding ofExisting(MemberConfig config, RemoteMembers others) {
        InitialCluster cluster = cluster(config);
        checkLocalName(config, cluster);
        checkUnique(cluster);
        List<Member> told = members(config, cluster);
        RemoteMembers.Found found = others.find(
                        urlsOfOthers(told, byName(told, config.name()).id()), RemoteMembers.PATIENTLY)
                .orElseThrow(
                        () -> new BootException(
                                "cannot fetch cluster info from peer urls: could not retrieve cluster information from the given URLs"));
        if (found.members().isEmpty()) {
            throw new BootException("cannot fetch cluster info from peer urls: failed to get raft cluster member(s)"
                    + " from the given URLs");
        }
        List<Member> matched = match(told, found);
        Member self = byName(matched, config.name());
        others.checkVersion(found.members().stream()
                .filter(member -> member.id() != self.id())
                .toList());
        checkLearners(config, found.members());
        return new Founding(new Identity(self.id(), found.clusterId()), List.of(), found.members());
    }

    private static InitialCluster cluster(MemberConfig config) {
        InitialCluster cluster = config.initialCluster()
                .orElseGet(() -> InitialCluster.of(config.name(), config.initialAdvertisePeerUrls()));
        cluster.check();
        return cluster;
    }

    private static void checkLocalName(MemberConfig config, InitialCluster cluster) {
        if (!cluster.members().containsKey(config.name())) {
            throw new BootException(
                    "couldn't find local name \"" + config.name() + "\" in the initial cluster configuration");
        }
    }

    private static void checkAdvertised(MemberConfig config, InitialCluster cluster) {
        List<String> told = cluster.members().getOrDefault(config.name(), List.of());
        List<String> advertised =
                config.initialAdvertisePeerUrls().stream().sorted().toList();
        Optional<String> difference = UrlLists.difference(advertised, told);
        if (difference.isEmpty()) {
            return;
        }
        String all = String.join(",", advertised);
        String missing = told.stream()
                .filter(url -> !advertised.contains(url))
                .map(url -> config.name() + "=" + url)
                .collect(Collectors.joining(","));
        if (!missing.isEmpty()) {
            throw new BootException("--initial-cluster has " + missing + " but missing from"
                    + " --initial-advertise-peer-urls=" + all + " (" + difference.get() + ")");
        }
        String more = advertised.stream().filter(url -> !told.contains(url)).collect(Collectors.joining(","));
        throw new BootException("--initial-advertise-peer-urls has " + more + " but missing from --initial-cluster="
                + InitialCluster.of(config.name(), advertised));
    }

    private static void checkUnique(InitialCluster cluster) {
        if (cluster.hasSameUrlTwice()) {
            throw new BootException("initial cluster " + cluster + " has duplicate url");
        }
    }

    static void checkLearners(MemberConfig config, List<Member> members) {
        if (members.stream().filter(Member::learner).count() > config.maxLearners()) {
            throw new BootException("membership: too many learner members in cluster");
        }
    }

    private static List<Member> members(MemberConfig config, InitialCluster cluster) {
        SortedMap<String, List<String>> urls = cluster.members();
        List<Member> members = new ArrayList<>();
        urls.forEach((name, reached) -> members.add(new Member(
                MemberIds.ofMember(reached, config.initialClusterToken()), name, reached, List.of(), false)));
        members.sort((some, other) -> Long.compareUnsigned(some.id(), other.id()));
        return members;
    }

    private static Member byName(List<Member> members, String name) {
        return members.stream()
                .filter(member -> member.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> urlsOfOthers(List<Member> members, long self) {
        return members.stream()
                .filter(member -> member.id() != self)
                .flatMap(member -> member.peerUrls().stream())
                .sorted()
                .toList();
    }

    /** Gives those that this member was told of the ids that they have in the cluster. */
    private static List<Member> match(List<Member> told, RemoteMembers.Found found) {
        String problem = "error validating peerURLs " + found + ": ";
        if (told.size() != found.members().size()) {
            throw new BootException(problem + "member count is unequal");
        }
        List<Member> matched = new ArrayList<>();
        for (Member member : found.members()) {
            String last = "";
            @Nullable Member match = null;
            for (Member candidate : told) {
                Optional<String> difference = UrlLists.difference(member.peerUrls(), candidate.peerUrls());
                if (difference.isEmpty()) {
                    match = candidate;
                    break;
                }
                last = difference.get();
            }
            if (match == null) {
                throw new BootException(problem + "PeerURLs: no match found for existing member ("
                        + Long.toHexString(member.id()) + ", [" + String.join(" ", member.peerUrls())
                        + "]), last resolver error (" + last + ")");
            }
            matched.add(new Member(member.id(), match.name(), match.peerUrls(), List.of(), member.learner()));
        }
        return matched;
    }
}
