/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.crash;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.quorate.wire.etcdserverpb.CompactionRequest;
import dev.quorate.wire.etcdserverpb.Compare;
import dev.quorate.wire.etcdserverpb.DefragmentRequest;
import dev.quorate.wire.etcdserverpb.DeleteRangeRequest;
import dev.quorate.wire.etcdserverpb.LeaseGrantRequest;
import dev.quorate.wire.etcdserverpb.LeaseRevokeRequest;
import dev.quorate.wire.etcdserverpb.PutRequest;
import dev.quorate.wire.etcdserverpb.RangeRequest;
import dev.quorate.wire.etcdserverpb.RequestOp;
import dev.quorate.wire.etcdserverpb.ResponseHeader;
import dev.quorate.wire.etcdserverpb.TxnRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A client that sends random requests until its way to the server is closed, and keeps a record of them. */
final class Client {
    /** The way to a server, or to those of a cluster. */
    interface Way {
        /** Tells whether there is more to come. */
        boolean isOpen();

        /** Sends a request and waits for its answer. */
        Message call(Message request);

        /** Takes note that nobody knows what became of a request; throws what must not happen. */
        void lost(StatusRuntimeException cause);
    }

    private static final int KEYS = 200;

    private final Way way;
    private final String name;
    private final Random random;
    private final AtomicLong known;
    private final long complete;
    private final long compacted;
    private final boolean defragments;
    private final List<Done> done = new ArrayList<>();
    private final List<Long> leases = new ArrayList<>();
    private long lastModRevision;
    private long count;

    /**
     * Creates a client.
     *
     * @param way to the server
     * @param name begins each of its values, so that they differ from those of all others
     * @param random chooses
     * @param known the highest revision that any client was told
     * @param past the history before this load: compactions reach no further
     * @param old leases from before this load that are left to this client
     * @param defragments whether it asks for that now and then
     */
    Client(Way way, String name, Random random, AtomicLong known, History past, List<Long> old, boolean defragments) {
        this.way = way;
        this.name = name;
        this.random = random;
        this.known = known;
        this.complete = past.revision();
        this.compacted = past.compactRevision();
        this.defragments = defragments;
        leases.addAll(old);
    }

    List<Done> done() {
        return Collections.unmodifiableList(done);
    }

    void run() {
        while (way.isOpen()) {
            send(next());
        }
    }

    /**
     * Sends a few requests while nobody else does, and reads after each: what was told must be seen at once, and not
     * only because the next write brings it to light.
     */
    void runAlone(int requests) {
        for (int i = 0; i < requests && way.isOpen(); i++) {
            send(next());
            send(RangeRequest.newBuilder().setKey(key()).build());
        }
    }

    private void send(Message request) {
        long floor = known.get();
        Message answer;
        try {
            answer = way.call(request);
        } catch (StatusRuntimeException e) {
            if (wasRefused(e)) {
                return;
            }
            done.add(new Done(request, null, floor));
            way.lost(e);
            return;
        }
        done.add(new Done(request, answer, floor));
        ResponseHeader header = header(answer);
        if (header != null) {
            known.accumulateAndGet(header.getRevision(), Math::max);
            lastModRevision = header.getRevision();
        }
        if (request instanceof LeaseGrantRequest grant) {
            leases.add(grant.getID());
        }
    }

    /** Compacted revisions and leases that were revoked are refused for good, and change nothing. */
    private static boolean wasRefused(StatusRuntimeException e) {
        return e.getStatus().getCode() == Status.Code.OUT_OF_RANGE
                || e.getStatus().getCode() == Status.Code.NOT_FOUND
                || e.getStatus().getCode() == Status.Code.RESOURCE_EXHAUSTED;
    }

    static @Nullable ResponseHeader header(Message answer) {
        var field = answer.getDescriptorForType().findFieldByName("header");
        return answer.hasField(field) ? (ResponseHeader) answer.getField(field) : null;
    }

    private Message next() {
        int choice = random.nextInt(1000);
        if (choice < 450) {
            return put(key());
        } else if (choice < 520) {
            return DeleteRangeRequest.newBuilder().setKey(key()).build();
        } else if (choice < 540) {
            ByteString from = key();
            return DeleteRangeRequest.newBuilder()
                    .setKey(from)
                    .setRangeEnd(from.concat(ByteString.copyFromUtf8("~")))
                    .build();
        } else if (choice < 680) {
            return txn();
        } else if (choice < 940) {
            return range();
        } else if (choice < 965) {
            return LeaseGrantRequest.newBuilder()
                    .setID(random.nextLong() >>> 1 | 1)
                    .setTTL(100_000)
                    .build();
        } else if (choice < 985) {
            return leases.isEmpty()
                    ? put(key())
                    : LeaseRevokeRequest.newBuilder()
                            .setID(leases.remove(random.nextInt(leases.size())))
                            .build();
        } else if (choice < 992 && complete > Math.max(2, compacted)) {
            return compaction();
        } else if (defragments && choice > 996) {
            return DefragmentRequest.getDefaultInstance();
        }
        return put(key());
    }

    private CompactionRequest compaction() {
        long least = Math.max(1, compacted) + 1;
        return CompactionRequest.newBuilder()
                .setRevision(least + (long) (random.nextDouble() * (complete - least + 1)))
                .setPhysical(random.nextInt(4) == 0)
                .build();
    }

    private ByteString key() {
        return ByteString.copyFromUtf8("k" + random.nextInt(KEYS));
    }

    private PutRequest put(ByteString key) {
        StringBuilder value =
                new StringBuilder(name).append('i').append(count++).append(' ');
        int length = random.nextInt(40) == 0 ? random.nextInt(60_000) : random.nextInt(120);
        value.append("x".repeat(length));
        PutRequest.Builder put =
                PutRequest.newBuilder().setKey(key).setValue(ByteString.copyFromUtf8(value.toString()));
        if (!leases.isEmpty() && random.nextInt(5) == 0) {
            put.setLease(leases.get(random.nextInt(leases.size())));
        }
        return put.build();
    }

    private TxnRequest txn() {
        List<Integer> numbers = new ArrayList<>();
        while (numbers.size() < 4) {
            int number = random.nextInt(KEYS);
            if (!numbers.contains(number)) {
                numbers.add(number);
            }
        }
        List<ByteString> keys = numbers.stream()
                .map(number -> ByteString.copyFromUtf8("k" + number))
                .toList();
        Compare.Builder compare = Compare.newBuilder().setKey(keys.get(random.nextInt(2)));
        switch (random.nextInt(3)) {
            case 0 ->
                compare.setTarget(Compare.CompareTarget.MOD)
                        .setResult(Compare.CompareResult.LESS)
                        .setModRevision(Math.max(1, lastModRevision - random.nextInt(200)));
            case 1 ->
                compare.setTarget(Compare.CompareTarget.VERSION)
                        .setResult(Compare.CompareResult.GREATER)
                        .setVersion(random.nextInt(4));
            default ->
                compare.setTarget(Compare.CompareTarget.CREATE)
                        .setResult(Compare.CompareResult.EQUAL)
                        .setCreateRevision(0);
        }
        return TxnRequest.newBuilder()
                .addCompare(compare)
                .addSuccess(RequestOp.newBuilder()
                        .setRequestRange(RangeRequest.newBuilder().setKey(keys.get(0))))
                .addSuccess(RequestOp.newBuilder().setRequestPut(put(keys.get(1))))
                .addSuccess(RequestOp.newBuilder()
                        .setRequestDeleteRange(DeleteRangeRequest.newBuilder().setKey(keys.get(2))))
                .addSuccess(RequestOp.newBuilder().setRequestPut(put(keys.get(3))))
                .addFailure(RequestOp.newBuilder()
                        .setRequestRange(RangeRequest.newBuilder().setKey(keys.get(0))))
                .addFailure(RequestOp.newBuilder()
                        .setRequestDeleteRange(DeleteRangeRequest.newBuilder().setKey(keys.get(3))))
                .build();
    }

    private RangeRequest range() {
        RangeRequest.Builder range = RangeRequest.newBuilder();
        switch (random.nextInt(8)) {
            case 0 -> range.setKey(ByteString.copyFromUtf8("k1")).setRangeEnd(ByteString.copyFromUtf8("k2"));
            case 1 ->
                range.setKey(History.ALL_KEYS).setRangeEnd(History.ALL_KEYS).setLimit(1 + random.nextInt(5));
            default -> range.setKey(key());
        }
        if (random.nextInt(4) == 0 && known.get() > 2) {
            long least = Math.max(2, compacted);
            range.setRevision(least + (long) (random.nextDouble() * (known.get() - least + 1)));
        }
        return range.setSerializable(random.nextInt(3) == 0).build();
    }
}
