/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.error.EtcdException;
import dev.quorate.api.model.Member;
import dev.quorate.api.storage.WriteBatch;
import dev.quorate.membership.Membership;
import dev.quorate.membership.MembershipChange;
import dev.quorate.raft.spi.ConfChange;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.EntryType;
import dev.quorate.raft.spi.PeerTransport;
import dev.quorate.schema.MemberRecords;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Applies entries that change the membership, and tells the transport whom to reach. Confined to the thread that
 * applies.
 *
 * <p>Source: etcd v3.7.1, {@code server/etcdserver/server.go}, {@code applyConfChange}.
 */
final class MembershipApplier {
    private static final Logger LOG = LoggerFactory.getLogger(MembershipApplier.class);

    private final Membership membership;
    private final Headers headers;
    private final PeerTransport peers;
    private final int learnersMax;
    private final Runnable onRemoved;
    private final Runnable onTold;

    /**
     * @param learnersMax how many learners there may be
     * @param onRemoved hears that this member has applied its own removal
     * @param onTold hears that others say that it was removed
     */
    MembershipApplier(
            Membership membership,
            Headers headers,
            PeerTransport peers,
            int learnersMax,
            Runnable onRemoved,
            Runnable onTold) {
        this.membership = membership;
        this.headers = headers;
        this.peers = peers;
        this.learnersMax = learnersMax;
        this.onRemoved = onRemoved;
        this.onTold = onTold;
    }

    /**
     * What has become of a change.
     *
     * @param index its place in the log
     * @param members the members after it
     * @param refusal why it was not made; null if it was
     */
    record Outcome(
            long index, List<Member> members, @Nullable EtcdException refusal) {}

    /** Tells the transport whom to refuse, as the store has it. */
    void announceRemoved() {
        membership.removed().forEach(peers::removePeer);
    }

    /** Tells the transport whom to reach and whom to refuse, as the store has it. */
    void announce() {
        for (Member member : membership.members()) {
            if (member.id() != headers.memberId()) {
                peers.addPeer(member.id(), member.peerUrls());
            }
        }
        membership.removed().forEach(peers::removePeer);
    }

    /** Hears, on any thread, that others say that this member was removed. */
    void removed() {
        onTold.run();
    }

    Outcome apply(Entry entry, WriteBatch batch) {
        if (entry.type() != EntryType.CONF_CHANGE) {
            throw new IllegalStateException(
                    "entry " + entry.index() + " changes several members, which etcd never writes");
        }
        MembershipChange change = read(ConfChange.decode(entry.data()), entry.index());
        try {
            membership.check(change, learnersMax);
        } catch (EtcdException e) {
            LOG.atError().addKeyValue("error", e.getMessage()).log("Validation on configuration change failed");
            return new Outcome(entry.index(), membership.members(), e);
        }
        Member before = membership.member(change.id());
        membership.apply(change, batch);
        log(change, before);
        tellPeers(change);
        return new Outcome(entry.index(), membership.members(), null);
    }

    private static MembershipChange read(ConfChange change, long index) {
        if (change.type() == ConfChange.Type.REMOVE_NODE) {
            return new MembershipChange.Remove(change.nodeId());
        }
        MemberRecords.Context context = MemberRecords.decodeContext(change.context());
        Member member = context.member();
        if (member.id() != change.nodeId()) {
            throw new IllegalStateException("entry " + index + " is about member " + Long.toHexString(change.nodeId())
                    + " and about " + Long.toHexString(member.id()));
        }
        if (change.type() == ConfChange.Type.UPDATE_NODE) {
            return new MembershipChange.Update(member.id(), member.peerUrls());
        }
        return context.promote() ? new MembershipChange.Promote(member.id()) : new MembershipChange.Add(member);
    }

    private void tellPeers(MembershipChange change) {
        boolean own = change.id() == headers.memberId();
        if (change instanceof MembershipChange.Remove) {
            if (own) {
                onRemoved.run();
            } else {
                peers.removePeer(change.id());
            }
        } else if (!own && change instanceof MembershipChange.Add add) {
            peers.addPeer(add.id(), add.member().peerUrls());
        } else if (!own && change instanceof MembershipChange.Update update) {
            peers.addPeer(update.id(), update.peerUrls());
        }
    }

    private void log(MembershipChange change, @Nullable Member before) {
        LoggingEventBuilder event = LOG.atInfo()
                .addKeyValue("cluster-id", Long.toHexString(headers.clusterId()))
                .addKeyValue("local-member-id", Long.toHexString(headers.memberId()));
        String id = Long.toHexString(change.id());
        if (change instanceof MembershipChange.Add add) {
            event.addKeyValue("added-peer-id", id)
                    .addKeyValue("added-peer-peer-urls", add.member().peerUrls())
                    .addKeyValue("added-peer-is-learner", add.member().learner())
                    .log("added member");
        } else if (change instanceof MembershipChange.Promote) {
            event.addKeyValue("promoted-member-id", id).log("promote member");
        } else if (change instanceof MembershipChange.Update update) {
            event.addKeyValue("updated-remote-peer-id", id)
                    .addKeyValue("updated-remote-peer-urls", update.peerUrls())
                    .log("updated member");
        } else if (before != null) {
            event.addKeyValue("removed-remote-peer-id", id)
                    .addKeyValue("removed-remote-peer-urls", before.peerUrls())
                    .addKeyValue("removed-remote-peer-is-learner", before.learner())
                    .log("removed member");
        }
    }
}
