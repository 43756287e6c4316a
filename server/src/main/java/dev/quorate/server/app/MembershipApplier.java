/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.model.Member;
import dev.quorate.api.storage.WriteBatch;
import dev.quorate.membership.Membership;
import dev.quorate.raft.spi.ConfChange;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.EntryType;
import dev.quorate.schema.MemberRecords;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Applies entries that change the membership. Confined to the thread that applies. */
final class MembershipApplier {
    private static final Logger LOG = LoggerFactory.getLogger(MembershipApplier.class);

    private final Membership membership;
    private final Headers headers;

    MembershipApplier(Membership membership, Headers headers) {
        this.membership = membership;
        this.headers = headers;
    }

    void apply(Entry entry, WriteBatch batch) {
        if (entry.type() != EntryType.CONF_CHANGE) {
            throw new IllegalStateException(
                    "entry " + entry.index() + " changes several members, which etcd never writes");
        }
        ConfChange change = ConfChange.decode(entry.data());
        switch (change.type()) {
            case ADD_NODE, ADD_LEARNER_NODE, UPDATE_NODE -> add(change, batch);
            case REMOVE_NODE -> {
                membership.remove(change.nodeId(), batch);
                LOG.atInfo()
                        .addKeyValue("cluster-id", Long.toHexString(headers.clusterId()))
                        .addKeyValue("local-member-id", Long.toHexString(headers.memberId()))
                        .addKeyValue("removed-remote-peer-id", Long.toHexString(change.nodeId()))
                        .log("removed member");
            }
        }
    }

    private void add(ConfChange change, WriteBatch batch) {
        Member member = MemberRecords.decode(change.context());
        membership.add(member, batch);
        LOG.atInfo()
                .addKeyValue("cluster-id", Long.toHexString(headers.clusterId()))
                .addKeyValue("local-member-id", Long.toHexString(headers.memberId()))
                .addKeyValue("added-peer-id", Long.toHexString(member.id()))
                .addKeyValue("added-peer-peer-urls", member.peerUrls())
                .addKeyValue("added-peer-is-learner", member.learner())
                .log(change.type() == ConfChange.Type.UPDATE_NODE ? "updated member" : "added member");
    }
}
