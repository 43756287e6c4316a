/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.crash;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.quorate.wire.etcdserverpb.Compare;
import dev.quorate.wire.etcdserverpb.DeleteRangeRequest;
import dev.quorate.wire.etcdserverpb.DeleteRangeResponse;
import dev.quorate.wire.etcdserverpb.LeaseRevokeRequest;
import dev.quorate.wire.etcdserverpb.PutRequest;
import dev.quorate.wire.etcdserverpb.RequestOp;
import dev.quorate.wire.etcdserverpb.ResponseOp;
import dev.quorate.wire.etcdserverpb.TxnRequest;
import dev.quorate.wire.etcdserverpb.TxnResponse;
import dev.quorate.wire.mvccpb.Event;
import dev.quorate.wire.mvccpb.KeyValue;
import java.util.ArrayList;
import java.util.List;

/** What requests do to the state: a plain second way to come to the events of a revision. */
final class Effects {
    private final History history;

    Effects(History history) {
        this.history = history;
    }

    /** Tells whether an answer says that a revision was made. */
    static boolean hasEffect(Message request, Message answer) {
        if (answer instanceof DeleteRangeResponse delete) {
            return delete.getDeleted() > 0;
        } else if (answer instanceof TxnResponse txn) {
            return txn.getResponsesList().stream()
                    .anyMatch(op -> op.getResponseCase() == ResponseOp.ResponseCase.RESPONSE_PUT
                            || op.getResponseDeleteRange().getDeleted() > 0);
        }
        return request instanceof PutRequest;
    }

    /** Tells whether the events of a revision are those of a request. */
    boolean match(Message request, long revision) {
        List<Event> expected = of(request, revision);
        return !expected.isEmpty() && expected.equals(history.eventsAt(revision));
    }

    /** Returns the events of a request that makes a revision. */
    List<Event> of(Message request, long revision) {
        List<Event> events = new ArrayList<>();
        if (request instanceof TxnRequest txn) {
            List<RequestOp> branch =
                    holds(txn.getCompare(0), revision - 1) ? txn.getSuccessList() : txn.getFailureList();
            for (RequestOp op : branch) {
                if (op.hasRequestPut()) {
                    add(op.getRequestPut(), revision, events);
                } else if (op.hasRequestDeleteRange()) {
                    add(op.getRequestDeleteRange(), revision, events);
                }
            }
        } else if (request instanceof PutRequest put) {
            add(put, revision, events);
        } else if (request instanceof DeleteRangeRequest delete) {
            add(delete, revision, events);
        } else if (request instanceof LeaseRevokeRequest revoke) {
            history.attached(revoke.getID(), revision - 1)
                    .forEach(live -> events.add(deletion(live.getKey(), revision)));
        }
        return events;
    }

    private void add(PutRequest put, long revision, List<Event> events) {
        KeyValue before = history.at(put.getKey(), revision - 1);
        events.add(Event.newBuilder()
                .setType(Event.EventType.PUT)
                .setKv(KeyValue.newBuilder()
                        .setKey(put.getKey())
                        .setValue(put.getValue())
                        .setLease(put.getLease())
                        .setModRevision(revision)
                        .setCreateRevision(before == null ? revision : before.getCreateRevision())
                        .setVersion(before == null ? 1 : before.getVersion() + 1))
                .build());
    }

    private void add(DeleteRangeRequest delete, long revision, List<Event> events) {
        history.range(delete.getKey(), delete.getRangeEnd(), revision - 1)
                .forEach(live -> events.add(deletion(live.getKey(), revision)));
    }

    private static Event deletion(ByteString key, long revision) {
        return Event.newBuilder()
                .setType(Event.EventType.DELETE)
                .setKv(KeyValue.newBuilder().setKey(key).setModRevision(revision))
                .build();
    }

    /** Tells whether a comparison is true of the state at a revision; clients make these three kinds only. */
    boolean holds(Compare compare, long revision) {
        KeyValue live = history.at(compare.getKey(), revision);
        KeyValue found = live == null ? KeyValue.getDefaultInstance() : live;
        return switch (compare.getTarget()) {
            case MOD -> found.getModRevision() < compare.getModRevision();
            case VERSION -> found.getVersion() > compare.getVersion();
            case CREATE -> found.getCreateRevision() == compare.getCreateRevision();
            default -> throw new IllegalArgumentException("no client compares like this: " + compare);
        };
    }
}
