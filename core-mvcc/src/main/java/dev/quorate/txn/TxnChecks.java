/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.txn;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.error.EtcdError;
import dev.quorate.api.model.Compare;
import dev.quorate.api.model.DeleteRangeRequest;
import dev.quorate.api.model.PutRequest;
import dev.quorate.api.model.RangeRequest;
import dev.quorate.api.model.RequestOp;
import dev.quorate.api.model.SortOrder;
import dev.quorate.api.model.SortTarget;
import dev.quorate.api.model.TxnRequest;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apiguardian.api.API;

/**
 * Refuses what a request cannot ask, before it is proposed. Every method throws
 * {@link dev.quorate.api.error.EtcdException} with etcd's code and text. Immutable.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class TxnChecks {
    private final int opsMax;

    /**
     * Creates the checks.
     *
     * @param opsMax how many compares, or operations of one branch, a transaction may have
     */
    public TxnChecks(int opsMax) {
        this.opsMax = opsMax;
    }

    /**
     * Checks a range.
     *
     * @param request the request
     */
    public void check(RangeRequest request) {
        checkKey(request.range().key());
        if (request.sortOrder() == SortOrder.UNRECOGNIZED || request.sortTarget() == SortTarget.UNRECOGNIZED) {
            throw EtcdError.INVALID_SORT_OPTION.exception();
        }
    }

    /**
     * Checks a range that is read in pieces.
     *
     * @param request the request
     */
    public void checkStream(RangeRequest request) {
        check(request);
        boolean defaultOrder = request.sortOrder() == SortOrder.NONE
                || (request.sortTarget() == SortTarget.KEY && request.sortOrder() == SortOrder.ASCEND);
        if (!defaultOrder) {
            throw EtcdError.STREAM_SORT_UNSUPPORTED.exception();
        }
        if (request.minModRevision() != 0
                || request.maxModRevision() != 0
                || request.minCreateRevision() != 0
                || request.maxCreateRevision() != 0) {
            throw EtcdError.STREAM_FILTER_UNSUPPORTED.exception();
        }
    }

    /**
     * Checks a put.
     *
     * @param request the request
     */
    public void check(PutRequest request) {
        checkKey(request.key());
        if (request.ignoreValue() && !request.value().isEmpty()) {
            throw EtcdError.VALUE_PROVIDED.exception();
        }
        if (request.ignoreLease() && request.lease() != 0) {
            throw EtcdError.LEASE_PROVIDED.exception();
        }
    }

    /**
     * Checks a deletion.
     *
     * @param request the request
     */
    public void check(DeleteRangeRequest request) {
        checkKey(request.range().key());
    }

    /**
     * Checks a transaction with all that is nested in it.
     *
     * @param request the request
     */
    public void check(TxnRequest request) {
        check(request, opsMax);
        Branch.of(request.success());
        Branch.of(request.failure());
    }

    private void check(TxnRequest request, int budget) {
        int ops = Math.max(
                request.compares().size(),
                Math.max(request.success().size(), request.failure().size()));
        if (ops > budget) {
            throw EtcdError.TOO_MANY_OPS.exception();
        }
        for (Compare compare : request.compares()) {
            checkKey(compare.range().key());
        }
        check(request.success(), budget - ops);
        check(request.failure(), budget - ops);
    }

    private void check(List<RequestOp> ops, int budget) {
        for (RequestOp op : ops) {
            if (op instanceof RangeRequest range) {
                check(range);
            } else if (op instanceof PutRequest put) {
                check(put);
            } else if (op instanceof DeleteRangeRequest delete) {
                check(delete);
            } else if (op instanceof TxnRequest txn) {
                check(txn, budget);
            } else {
                throw EtcdError.KEY_NOT_FOUND.exception();
            }
        }
    }

    private static void checkKey(Bytes key) {
        if (key.isEmpty()) {
            throw EtcdError.EMPTY_KEY.exception();
        }
    }

    /**
     * What a branch puts and deletes, with all that is nested in it.
     *
     * <p>A key must not be put twice, nor put and deleted. Three holes are etcd's and are kept: a deletion of all keys
     * from one on does not count; branches that exclude each other may put the same key; and of two nested transactions
     * the second may delete what the first puts, though not the other way round.
     */
    private static final class Branch {
        private final Set<Bytes> puts = new HashSet<>();
        private final KeyIntervals deletes = new KeyIntervals();

        static Branch of(List<RequestOp> ops) {
            Branch branch = new Branch();
            for (RequestOp op : ops) {
                if (op instanceof DeleteRangeRequest delete && !delete.range().isFromKey()) {
                    branch.deletes.add(delete.range());
                }
            }
            for (RequestOp op : ops) {
                if (op instanceof TxnRequest txn) {
                    branch.nest(of(txn.success()), of(txn.failure()));
                }
            }
            for (RequestOp op : ops) {
                if (op instanceof PutRequest put) {
                    branch.put(put.key(), Set.of());
                }
            }
            return branch;
        }

        private void nest(Branch success, Branch failure) {
            for (Bytes key : success.puts) {
                put(key, Set.of());
            }
            for (Bytes key : failure.puts) {
                put(key, success.puts);
            }
            deletes.addAll(success.deletes);
            deletes.addAll(failure.deletes);
        }

        private void put(Bytes key, Set<Bytes> excluded) {
            boolean fresh = puts.add(key);
            if ((!fresh && !excluded.contains(key)) || deletes.contains(key)) {
                throw EtcdError.DUPLICATE_KEY.exception();
            }
        }
    }
}
