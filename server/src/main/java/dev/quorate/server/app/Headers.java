/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.model.DeleteRangeResponse;
import dev.quorate.api.model.PutResponse;
import dev.quorate.api.model.RangeResponse;
import dev.quorate.api.model.ResponseHeader;
import dev.quorate.api.model.TxnResponse;
import java.util.function.LongSupplier;

/** Fills in who answers: the inside only knows revisions. Thread-safe. */
final class Headers {
    private final long clusterId;
    private final long memberId;
    private final LongSupplier term;

    Headers(long clusterId, long memberId, LongSupplier term) {
        this.clusterId = clusterId;
        this.memberId = memberId;
        this.term = term;
    }

    long memberId() {
        return memberId;
    }

    long clusterId() {
        return clusterId;
    }

    ResponseHeader at(long revision) {
        return new ResponseHeader(clusterId, memberId, revision, term.getAsLong());
    }

    RangeResponse fill(RangeResponse answer) {
        return new RangeResponse(at(answer.header().revision()), answer.kvs(), answer.more(), answer.count());
    }

    PutResponse fill(PutResponse answer) {
        return new PutResponse(at(answer.header().revision()), answer.prevKv());
    }

    DeleteRangeResponse fill(DeleteRangeResponse answer) {
        return new DeleteRangeResponse(at(answer.header().revision()), answer.deleted(), answer.prevKvs());
    }

    TxnResponse fill(TxnResponse answer) {
        return new TxnResponse(at(answer.header().revision()), answer.succeeded(), answer.responses());
    }
}
