/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.inbound.RangeStream;
import dev.quorate.api.model.KeyRange;
import dev.quorate.api.model.KeyValues;
import dev.quorate.api.model.RangeRequest;
import dev.quorate.api.model.RangeResponse;
import dev.quorate.api.model.ResponseHeader;
import dev.quorate.api.model.SortOrder;
import dev.quorate.api.model.SortTarget;
import org.jspecify.annotations.Nullable;

/**
 * A range read in pieces, all of the revision that was published when the first one was read.
 *
 * <p>The first piece has at most ten keys; the next ones twice as many as the one before while that was small, half as
 * many when it was large. A target that comes without an order sorts each piece in itself, ascending (etcd goes on
 * behind the last one of that, and may leave out keys). Source: etcd v3.7.1, {@code server/etcdserver/v3_server.go}.
 */
final class PagedRange implements RangeStream {
    private static final int FIRST_KEYS_MAX = 10;

    private final MvccStore store;
    private final RangeRequest request;
    private final long targetBytes;
    private final long keysMax;
    private final long headerRevision;
    private final long revision;
    private long pieceKeysMax = FIRST_KEYS_MAX;
    private long keys;
    private Bytes from;
    private @Nullable RangeResponse first;
    private boolean done;

    PagedRange(MvccStore store, RangeRequest request, long targetBytes) {
        this.store = store;
        this.request = request;
        this.targetBytes = targetBytes;
        this.keysMax = request.limit() <= 0 ? Long.MAX_VALUE : request.limit();
        this.from = request.range().key();
        first = request.countOnly() ? store.range(request) : read(request.revision());
        headerRevision = first.header().revision();
        revision = request.revision() <= 0 ? headerRevision : request.revision();
    }

    @Override
    public @Nullable RangeResponse next() {
        if (done) {
            return null;
        }
        RangeResponse piece = first != null ? first : read(revision);
        first = null;
        if (request.countOnly()) {
            done = true;
            return piece;
        }
        KeyValues kvs = piece.kvs();
        keys += kvs.size();
        if (!piece.more() || keys == keysMax) {
            done = true;
            long count = piece.more() ? keys + rest() : keys;
            return new RangeResponse(ResponseHeader.ofRevision(headerRevision), kvs, piece.more(), count);
        }
        adjust(kvs.packed().length());
        return new RangeResponse(ResponseHeader.ofRevision(0), kvs, false, 0);
    }

    private long rest() {
        KeyRange range = new KeyRange(from, request.range().end());
        return store.range(RangeRequest.builder(range)
                        .revision(revision)
                        .countOnly(true)
                        .build())
                .count();
    }

    private RangeResponse read(long at) {
        KeyRange rest = new KeyRange(from, request.range().end());
        RangeResponse piece = store.range(piece(rest, Math.min(pieceKeysMax, keysMax - keys), at, SortTarget.KEY));
        KeyValues kvs = piece.kvs();
        if (kvs.isEmpty() || rest.isSingle()) {
            return piece;
        }
        KeyRange here = new KeyRange(from, kvs.get(kvs.size() - 1).key().concat(KeyRange.FROM_KEY));
        from = here.end();
        if (request.sortTarget() == SortTarget.KEY) {
            return piece;
        }
        long revisionHere = at > 0 ? at : piece.header().revision();
        KeyValues sorted =
                store.range(piece(here, 0, revisionHere, request.sortTarget())).kvs();
        return new RangeResponse(piece.header(), sorted, piece.more(), piece.count());
    }

    private RangeRequest piece(KeyRange range, long limit, long at, SortTarget target) {
        return new RangeRequest(
                range,
                limit,
                at,
                SortOrder.NONE,
                target,
                request.serializable(),
                request.keysOnly(),
                false,
                0,
                0,
                0,
                0);
    }

    private void adjust(long size) {
        if (size < targetBytes / 2) {
            pieceKeysMax *= 2;
        } else if (size > targetBytes * 2) {
            pieceKeysMax = Math.max(1, pieceKeysMax / 2);
        }
    }
}
