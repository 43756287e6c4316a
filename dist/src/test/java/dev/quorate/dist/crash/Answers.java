/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.quorate.wire.etcdserverpb.DeleteRangeRequest;
import dev.quorate.wire.etcdserverpb.DeleteRangeResponse;
import dev.quorate.wire.etcdserverpb.LeaseRevokeRequest;
import dev.quorate.wire.etcdserverpb.LeaseRevokeResponse;
import dev.quorate.wire.etcdserverpb.RangeRequest;
import dev.quorate.wire.etcdserverpb.RangeResponse;
import dev.quorate.wire.etcdserverpb.RequestOp;
import dev.quorate.wire.etcdserverpb.ResponseOp;
import dev.quorate.wire.etcdserverpb.TxnRequest;
import dev.quorate.wire.etcdserverpb.TxnResponse;
import dev.quorate.wire.mvccpb.KeyValue;
import java.util.List;

/** Holds answers that clients were given against the history that is there afterwards. */
final class Answers {
    private final History history;

    Answers(History history) {
        this.history = history;
    }

    void check(Message request, Message answer) {
        if (answer instanceof RangeResponse range) {
            RangeRequest asked = (RangeRequest) request;
            long revision = asked.getRevision() > 0
                    ? asked.getRevision()
                    : range.getHeader().getRevision();
            checkRange(asked, range, revision);
        } else if (answer instanceof DeleteRangeResponse delete) {
            DeleteRangeRequest asked = (DeleteRangeRequest) request;
            checkDelete(
                    asked, delete, before(request, answer, delete.getHeader().getRevision()));
        } else if (answer instanceof TxnResponse txn) {
            checkTxn((TxnRequest) request, txn);
        } else if (answer instanceof LeaseRevokeResponse revoked) {
            long lease = ((LeaseRevokeRequest) request).getID();
            long revision = revoked.getHeader().getRevision();
            assertThat(history.attached(lease, revision))
                    .as("keys of lease %d, revoked at %d", lease, revision)
                    .isEmpty();
        }
    }

    /** The revision whose state a request has seen: a request that made one has seen the one before. */
    private static long before(Message request, Message answer, long revision) {
        return Effects.hasEffect(request, answer) ? revision - 1 : revision;
    }

    private void checkRange(RangeRequest request, RangeResponse answer, long revision) {
        List<KeyValue> all = history.range(request.getKey(), request.getRangeEnd(), revision);
        List<KeyValue> expected = request.getLimit() > 0 && request.getLimit() < all.size()
                ? all.subList(0, (int) request.getLimit())
                : all;
        assertThat(answer.getKvsList()).as("read at %d: %s", revision, request).isEqualTo(expected);
        assertThat(answer.getCount()).as("count at %d: %s", revision, request).isEqualTo(all.size());
    }

    private void checkDelete(DeleteRangeRequest request, DeleteRangeResponse answer, long revision) {
        assertThat(answer.getDeleted())
                .as("deleted behind %d: %s", revision, request)
                .isEqualTo(history.range(request.getKey(), request.getRangeEnd(), revision)
                        .size());
    }

    private void checkTxn(TxnRequest request, TxnResponse answer) {
        long revision = before(request, answer, answer.getHeader().getRevision());
        assertThat(answer.getSucceeded())
                .as("comparison at %d: %s", revision, request.getCompare(0))
                .isEqualTo(new Effects(history).holds(request.getCompare(0), revision));
        List<RequestOp> branch = answer.getSucceeded() ? request.getSuccessList() : request.getFailureList();
        assertThat(answer.getResponsesCount()).isEqualTo(branch.size());
        for (int i = 0; i < branch.size(); i++) {
            ResponseOp op = answer.getResponses(i);
            if (branch.get(i).hasRequestRange()) { // the first of its branch: nothing is changed yet
                checkRange(branch.get(i).getRequestRange(), op.getResponseRange(), revision);
            } else if (branch.get(i).hasRequestDeleteRange()) {
                checkDelete(branch.get(i).getRequestDeleteRange(), op.getResponseDeleteRange(), revision);
            }
        }
    }
}
