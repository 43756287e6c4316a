/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.diff;

import com.google.protobuf.ByteString;
import dev.quorate.wire.etcdserverpb.CompactionRequest;
import dev.quorate.wire.etcdserverpb.CompactionResponse;
import dev.quorate.wire.etcdserverpb.Compare;
import dev.quorate.wire.etcdserverpb.DeleteRangeRequest;
import dev.quorate.wire.etcdserverpb.DeleteRangeResponse;
import dev.quorate.wire.etcdserverpb.HashKVRequest;
import dev.quorate.wire.etcdserverpb.HashKVResponse;
import dev.quorate.wire.etcdserverpb.LeaseGrantRequest;
import dev.quorate.wire.etcdserverpb.LeaseGrantResponse;
import dev.quorate.wire.etcdserverpb.LeaseLeasesRequest;
import dev.quorate.wire.etcdserverpb.LeaseLeasesResponse;
import dev.quorate.wire.etcdserverpb.LeaseRevokeRequest;
import dev.quorate.wire.etcdserverpb.LeaseRevokeResponse;
import dev.quorate.wire.etcdserverpb.LeaseTimeToLiveRequest;
import dev.quorate.wire.etcdserverpb.LeaseTimeToLiveResponse;
import dev.quorate.wire.etcdserverpb.PutRequest;
import dev.quorate.wire.etcdserverpb.PutResponse;
import dev.quorate.wire.etcdserverpb.RangeRequest;
import dev.quorate.wire.etcdserverpb.RangeResponse;
import dev.quorate.wire.etcdserverpb.RangeStreamResponse;
import dev.quorate.wire.etcdserverpb.RequestOp;
import dev.quorate.wire.etcdserverpb.TxnRequest;
import dev.quorate.wire.etcdserverpb.TxnResponse;
import dev.quorate.wire.v3electionpb.CampaignRequest;
import dev.quorate.wire.v3electionpb.CampaignResponse;
import dev.quorate.wire.v3electionpb.LeaderRequest;
import dev.quorate.wire.v3electionpb.LeaderResponse;
import dev.quorate.wire.v3lockpb.LockRequest;
import dev.quorate.wire.v3lockpb.LockResponse;
import dev.quorate.wire.v3lockpb.UnlockRequest;
import dev.quorate.wire.v3lockpb.UnlockResponse;
import java.util.Random;

/**
 * Requests of every kind about a few keys, from one seed, good and bad.
 *
 * <p>Left out are those that end real etcd 3.7.1 for good: a deletion "from a key on" within a transaction. Few keys,
 * so that equal sort values come in one order (etcd's sort keeps it up to twelve).
 */
final class RandomRequests {
    private static final int KEYS = 9;
    private static final int LEASES = 5;

    private final Random random;
    private long revision = 1;

    RandomRequests(long seed) {
        random = new Random(seed);
    }

    /** Tells about where the store is, so that revisions asked for are often there. */
    void seen(long current) {
        revision = Math.max(revision, current);
    }

    Request next() {
        int kind = random.nextInt(100);
        if (kind < 28) {
            return Request.unary("etcdserverpb.KV/Put", put(), PutResponse.getDefaultInstance());
        } else if (kind < 50) {
            return Request.unary("etcdserverpb.KV/Range", range(), RangeResponse.getDefaultInstance());
        } else if (kind < 57) {
            return Request.unary("etcdserverpb.KV/DeleteRange", delete(true), DeleteRangeResponse.getDefaultInstance());
        } else if (kind < 80) {
            return Request.unary("etcdserverpb.KV/Txn", txn(0), TxnResponse.getDefaultInstance());
        } else if (kind < 82) {
            return Request.unary(
                    "etcdserverpb.KV/Compact",
                    CompactionRequest.newBuilder()
                            .setRevision(past())
                            .setPhysical(true)
                            .build(),
                    CompactionResponse.getDefaultInstance());
        } else if (kind < 85) {
            return Request.unary(
                    "etcdserverpb.Maintenance/HashKV",
                    HashKVRequest.newBuilder()
                            .setRevision(chance(2) ? 0 : past())
                            .build(),
                    HashKVResponse.getDefaultInstance());
        } else if (kind < 88) {
            return new Request(
                    "etcdserverpb.KV/RangeStream", streamed(), RangeStreamResponse.getDefaultInstance(), true);
        }
        return kind < 97 ? lease() : lock();
    }

    private Request lease() {
        return switch (random.nextInt(5)) {
            case 0, 1 ->
                Request.unary(
                        "etcdserverpb.Lease/LeaseGrant",
                        LeaseGrantRequest.newBuilder()
                                .setID(1 + random.nextInt(LEASES))
                                .setTTL(chance(12) ? 9_000_000_001L : 1000 + random.nextInt(100))
                                .build(),
                        LeaseGrantResponse.getDefaultInstance());
            case 2 ->
                Request.unary(
                        "etcdserverpb.Lease/LeaseRevoke",
                        LeaseRevokeRequest.newBuilder()
                                .setID(1 + random.nextInt(LEASES + 1))
                                .build(),
                        LeaseRevokeResponse.getDefaultInstance());
            case 3 ->
                Request.unary(
                        "etcdserverpb.Lease/LeaseTimeToLive",
                        LeaseTimeToLiveRequest.newBuilder()
                                .setID(1 + random.nextInt(LEASES + 1))
                                .setKeys(chance(2))
                                .build(),
                        LeaseTimeToLiveResponse.getDefaultInstance());
            default ->
                Request.unary(
                        "etcdserverpb.Lease/LeaseLeases",
                        LeaseLeasesRequest.getDefaultInstance(),
                        LeaseLeasesResponse.getDefaultInstance());
        };
    }

    /** Locks and elections that never wait: each name has one lease of its own. */
    private Request lock() {
        int which = random.nextInt(2);
        ByteString name = ByteString.copyFromUtf8("lock" + which);
        long lease = 1L + which;
        return switch (random.nextInt(4)) {
            case 0 ->
                Request.unary(
                        "v3lockpb.Lock/Lock",
                        LockRequest.newBuilder().setName(name).setLease(lease).build(),
                        LockResponse.getDefaultInstance());
            case 1 ->
                Request.unary(
                        "v3lockpb.Lock/Unlock",
                        UnlockRequest.newBuilder()
                                .setKey(name.concat(ByteString.copyFromUtf8("/" + Long.toHexString(lease))))
                                .build(),
                        UnlockResponse.getDefaultInstance());
            case 2 ->
                Request.unary(
                        "v3electionpb.Election/Campaign",
                        CampaignRequest.newBuilder()
                                .setName(name)
                                .setLease(lease)
                                .setValue(value())
                                .build(),
                        CampaignResponse.getDefaultInstance());
            default ->
                Request.unary(
                        "v3electionpb.Election/Leader",
                        LeaderRequest.newBuilder().setName(name).build(),
                        LeaderResponse.getDefaultInstance());
        };
    }

    private boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }

    private ByteString key() {
        return chance(60) ? ByteString.EMPTY : ByteString.copyFromUtf8("k" + random.nextInt(KEYS));
    }

    private ByteString value() {
        return ByteString.copyFromUtf8("v" + random.nextInt(20));
    }

    private long past() {
        return chance(15) ? revision + random.nextInt(5) : Math.max(-1, revision - random.nextInt(40));
    }

    private ByteString end(boolean fromKey) {
        return switch (random.nextInt(5)) {
            case 0, 1 -> ByteString.EMPTY;
            case 2 -> ByteString.copyFromUtf8("l");
            case 3 -> fromKey ? ByteString.copyFrom(new byte[1]) : ByteString.copyFromUtf8("k5");
            default -> ByteString.copyFromUtf8("k" + random.nextInt(KEYS));
        };
    }

    private PutRequest put() {
        PutRequest.Builder put = PutRequest.newBuilder().setKey(key()).setPrevKv(chance(3));
        if (!chance(10)) {
            put.setValue(value());
        }
        if (chance(4)) {
            put.setLease(1 + random.nextInt(LEASES));
        }
        if (chance(12)) {
            put.setIgnoreValue(true);
            if (!chance(4)) {
                put.clearValue();
            }
        }
        if (chance(12)) {
            put.setIgnoreLease(true);
            if (!chance(4)) {
                put.clearLease();
            }
        }
        return put.build();
    }

    private DeleteRangeRequest delete(boolean fromKey) {
        return DeleteRangeRequest.newBuilder()
                .setKey(key())
                .setRangeEnd(end(fromKey))
                .setPrevKv(chance(2))
                .build();
    }

    private RangeRequest range() {
        RangeRequest.Builder range = RangeRequest.newBuilder()
                .setKey(key())
                .setRangeEnd(end(true))
                .setSerializable(chance(4))
                .setKeysOnly(chance(6))
                .setCountOnly(chance(8));
        if (chance(3)) {
            range.setLimit(random.nextInt(6));
        }
        if (chance(3)) {
            range.setRevision(past());
        }
        if (chance(3)) {
            range.setSortTargetValue(random.nextInt(6)).setSortOrderValue(random.nextInt(4));
        }
        if (chance(6)) {
            range.setMinModRevision(past());
        }
        if (chance(6)) {
            range.setMaxModRevision(past());
        }
        if (chance(8)) {
            range.setMinCreateRevision(past());
        }
        if (chance(8)) {
            range.setMaxCreateRevision(past());
        }
        return range.build();
    }

    /** A sort target without an order slips through real etcd's check, and what comes then is chance. */
    private RangeRequest streamed() {
        RangeRequest range = range();
        return range.getSortOrderValue() == 0
                ? range.toBuilder().clearSortTarget().build()
                : range;
    }

    private TxnRequest txn(int depth) {
        TxnRequest.Builder txn = TxnRequest.newBuilder();
        for (int i = random.nextInt(3); i > 0; i--) {
            txn.addCompare(compare());
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            txn.addSuccess(op(depth));
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            txn.addFailure(op(depth));
        }
        return txn.build();
    }

    private Compare compare() {
        Compare.Builder compare = Compare.newBuilder()
                .setKey(key())
                .setResultValue(random.nextInt(4))
                .setTargetValue(random.nextInt(5));
        if (chance(4)) {
            compare.setRangeEnd(end(true));
        }
        switch (chance(15) ? random.nextInt(5) : compare.getTargetValue()) {
            case 0 -> compare.setVersion(random.nextInt(3));
            case 1 -> compare.setCreateRevision(chance(2) ? 0 : past());
            case 2 -> compare.setModRevision(chance(2) ? 0 : past());
            case 3 -> compare.setValue(value());
            default -> compare.setLease(random.nextInt(LEASES));
        }
        return compare.build();
    }

    private RequestOp op(int depth) {
        int kind = random.nextInt(20);
        if (kind < 9) {
            return RequestOp.newBuilder().setRequestPut(put()).build();
        } else if (kind < 13) {
            return RequestOp.newBuilder().setRequestRange(range()).build();
        } else if (kind < 16) {
            return RequestOp.newBuilder().setRequestDeleteRange(delete(false)).build();
        } else if (kind < 19 && depth < 3) {
            return RequestOp.newBuilder().setRequestTxn(txn(depth + 1)).build();
        }
        return chance(6)
                ? RequestOp.getDefaultInstance()
                : RequestOp.newBuilder().setRequestPut(put()).build();
    }
}
