/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.model.Member;
import dev.quorate.raft.spi.PeerTransport;
import java.util.List;
import java.util.OptionalLong;

/** Who is reached, and since when. Thread-safe. Source: etcd v3.7.1, {@code server/etcdserver/util.go}. */
final class Connections {
    private final PeerTransport peers;
    private final long memberId;

    Connections(PeerTransport peers, long memberId) {
        this.peers = peers;
        this.memberId = memberId;
    }

    boolean isConnected(long id) {
        return peers.connectedNanos(id) >= 0;
    }

    /** Tells whether a member is connected for longer than a time. */
    boolean isConnectedFor(long id, long nanos) {
        return peers.connectedNanos(id) > nanos;
    }

    /** Counts the members that are connected for longer than a time; this one always is. */
    int countFor(List<Member> members, long nanos) {
        return (int) members.stream()
                .filter(member -> member.id() == memberId || isConnectedFor(member.id(), nanos))
                .count();
    }

    /** Tells whether a quorum of some members is connected for longer than a time. */
    boolean isQuorumFor(List<Member> members, long nanos) {
        return countFor(members, nanos) >= quorum(members.size());
    }

    static int quorum(int size) {
        return size / 2 + 1;
    }

    /** Returns which of some members, this one left out, is connected longest; empty if none is. */
    OptionalLong longest(List<Member> members) {
        long longest = -1;
        OptionalLong found = OptionalLong.empty();
        for (Member member : members) {
            long nanos = member.id() == memberId ? -1 : peers.connectedNanos(member.id());
            if (nanos > longest) {
                longest = nanos;
                found = OptionalLong.of(member.id());
            }
        }
        return found;
    }
}
