/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.txn;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.error.EtcdError;
import dev.quorate.api.model.Compare;
import dev.quorate.api.model.CompareTarget;
import dev.quorate.api.model.DeleteRangeRequest;
import dev.quorate.api.model.DeleteRangeResponse;
import dev.quorate.api.model.KeyRange;
import dev.quorate.api.model.KeyValue;
import dev.quorate.api.model.KeyValues;
import dev.quorate.api.model.PutRequest;
import dev.quorate.api.model.PutResponse;
import dev.quorate.api.model.RangeRequest;
import dev.quorate.api.model.RangeResponse;
import dev.quorate.api.model.RequestOp;
import dev.quorate.api.model.ResponseHeader;
import dev.quorate.api.model.ResponseOp;
import dev.quorate.api.model.SortOrder;
import dev.quorate.api.model.SortTarget;
import dev.quorate.api.model.TxnRequest;
import dev.quorate.api.model.TxnResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32C;

/** What the store should be: a full copy of all keys for each revision, and every row ever written. */
final class StoreModel {
    final List<NavigableMap<Bytes, KeyValue>> states = new ArrayList<>();
    final Set<Long> leases = new TreeSet<>();
    List<Row> rows = new ArrayList<>();
    long compactRevision = -1;
    final NavigableMap<Long, int[]> compactHashes = new TreeMap<>(); // revision to hash and compact revision

    record Row(long main, long sub, boolean tombstone, Bytes key, Bytes value) {
        Bytes revisionKey() {
            byte[] bytes = new byte[tombstone ? 18 : 17];
            for (int i = 0; i < 8; i++) {
                bytes[i] = (byte) (main >>> (56 - 8 * i));
                bytes[9 + i] = (byte) (sub >>> (56 - 8 * i));
            }
            bytes[8] = '_';
            if (tombstone) {
                bytes[17] = 't';
            }
            return Bytes.wrap(bytes);
        }
    }

    StoreModel() {
        states.add(new TreeMap<>());
        states.add(new TreeMap<>());
    }

    long revision() {
        return states.size() - 1L;
    }

    /** Changes that become one revision, or none. */
    private final class Draft {
        final NavigableMap<Bytes, KeyValue> before = states.get(states.size() - 1);
        final NavigableMap<Bytes, KeyValue> keys = new TreeMap<>(before);
        final List<Row> changes = new ArrayList<>();
        final long main = states.size();

        long seen() {
            return changes.isEmpty() ? main - 1 : main;
        }

        PutResponse put(PutRequest request) {
            if (request.lease() != 0 && !leases.contains(request.lease())) {
                throw EtcdError.LEASE_NOT_FOUND.exception();
            }
            KeyValue old = keys.get(request.key());
            if ((request.ignoreLease() || request.ignoreValue())
                    && (old == null || !before.containsKey(request.key()))) {
                throw EtcdError.KEY_NOT_FOUND.exception();
            }
            KeyValue fresh = new KeyValue(
                    request.key(),
                    old == null ? main : old.createRevision(),
                    main,
                    old == null ? 1 : old.version() + 1,
                    request.ignoreValue() && old != null ? old.value() : request.value(),
                    request.ignoreLease() && old != null ? old.lease() : request.lease());
            keys.put(request.key(), fresh);
            changes.add(new Row(main, changes.size(), false, request.key(), fresh.encode()));
            return new PutResponse(ResponseHeader.ofRevision(main), request.prevKv() ? old : null);
        }

        DeleteRangeResponse delete(DeleteRangeRequest request) {
            List<KeyValue> gone = keys.values().stream()
                    .filter(kv -> request.range().contains(kv.key()))
                    .toList();
            for (KeyValue kv : gone) {
                keys.remove(kv.key());
                Bytes record = new KeyValue(kv.key(), 0, 0, 0, Bytes.EMPTY, 0).encode();
                changes.add(new Row(main, changes.size(), true, kv.key(), record));
            }
            return new DeleteRangeResponse(
                    ResponseHeader.ofRevision(seen()),
                    gone.size(),
                    request.prevKv() ? KeyValues.of(gone) : KeyValues.EMPTY);
        }

        RangeResponse rangeInTxn(RangeRequest request) {
            if (request.revision() > main - 1) {
                throw EtcdError.FUTURE_REV.exception();
            }
            if (request.revision() != 0 && request.revision() < compactRevision) {
                throw EtcdError.COMPACTED.exception();
            }
            return rangeOf(request.revision() <= 0 ? keys : states.get((int) request.revision()), seen(), request);
        }

        TxnResponse txn(TxnRequest request, boolean top) {
            boolean succeeded = request.compares().stream().allMatch(compare -> holds(before, compare));
            List<ResponseOp> responses = new ArrayList<>();
            for (RequestOp op : succeeded ? request.success() : request.failure()) {
                if (op instanceof PutRequest put) {
                    responses.add(put(put));
                } else if (op instanceof DeleteRangeRequest delete) {
                    responses.add(delete(delete));
                } else if (op instanceof RangeRequest range) {
                    responses.add(rangeInTxn(range));
                } else if (op instanceof TxnRequest txn) {
                    responses.add(txn(txn, false));
                }
            }
            return new TxnResponse(ResponseHeader.ofRevision(top ? seen() : 0), succeeded, responses);
        }

        void commit() {
            if (!changes.isEmpty()) {
                states.add(keys);
                rows.addAll(changes);
            }
        }
    }

    PutResponse put(PutRequest request) {
        Draft draft = new Draft();
        PutResponse response = draft.put(request);
        draft.commit();
        return response;
    }

    DeleteRangeResponse delete(DeleteRangeRequest request) {
        Draft draft = new Draft();
        DeleteRangeResponse response = draft.delete(request);
        draft.commit();
        return response;
    }

    TxnResponse txn(TxnRequest request) {
        Draft draft = new Draft();
        TxnResponse response = draft.txn(request, true);
        draft.commit();
        return response;
    }

    Set<Bytes> keysOf(long lease) {
        Set<Bytes> keys = new TreeSet<>();
        for (KeyValue kv : states.get(states.size() - 1).values()) {
            if (kv.lease() == lease) {
                keys.add(kv.key());
            }
        }
        return keys;
    }

    void revoke(long lease) {
        Draft draft = new Draft();
        for (Bytes key : keysOf(lease)) {
            draft.delete(DeleteRangeRequest.of(KeyRange.single(key)));
        }
        draft.commit();
        leases.remove(lease);
    }

    void compact(long revision) {
        if (revision <= compactRevision) {
            throw EtcdError.COMPACTED.exception();
        }
        if (revision > revision()) {
            throw EtcdError.FUTURE_REV.exception();
        }
        compactRevision = revision;
    }

    /** Removes rows, as a compaction that begins after the one to another revision has ended. */
    void compacted(long revision, long previous) {
        boolean tombstones = rows.stream().anyMatch(row -> row.tombstone() && row.main() == revision);
        compactHashes.put(revision, new int[] {hash(previous, revision, tombstones), (int) previous});
        if (compactHashes.size() > 10) {
            compactHashes.pollFirstEntry();
        }
        Set<Row> keep = keep(revision);
        rows = new ArrayList<>(rows.stream()
                .filter(row ->
                        row.main() > revision || keep.contains(row) || (row.tombstone() && row.main() == revision))
                .toList());
    }

    private Set<Row> keep(long revision) {
        Map<Bytes, Row> newest = new TreeMap<>();
        for (Row row : rows) {
            if (row.main() <= revision) {
                newest.put(row.key(), row);
            }
        }
        newest.values().removeIf(Row::tombstone);
        return new HashSet<>(newest.values());
    }

    int hash(long compact, long revision) {
        return hash(compact, revision, false);
    }

    private int hash(long compact, long revision, boolean tombstonesKept) {
        Set<Row> keep = keep(revision);
        boolean selects = tombstonesKept || !keep.isEmpty();
        CRC32C crc = new CRC32C();
        crc.update("key".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        for (Row row : rows) {
            boolean hidden = row.main() > revision
                    || (row.main() <= compact && selects && !keep.contains(row))
                    || (row.tombstone() && row.main() == compact);
            if (!hidden) {
                crc.update(row.revisionKey().toArray());
                crc.update(row.value().toArray());
            }
        }
        return (int) crc.getValue();
    }

    RangeResponse range(RangeRequest request) {
        if (request.revision() > revision()) {
            throw EtcdError.FUTURE_REV.exception();
        }
        long at = request.revision() <= 0 ? revision() : request.revision();
        if (at < compactRevision) {
            throw EtcdError.COMPACTED.exception();
        }
        return rangeOf(states.get((int) at), revision(), request);
    }

    private static RangeResponse rangeOf(NavigableMap<Bytes, KeyValue> keys, long header, RangeRequest request) {
        List<KeyValue> kvs = new ArrayList<>(keys.values().stream()
                .filter(kv -> request.range().contains(kv.key()))
                .toList());
        long count = kvs.size();
        if (request.countOnly()) {
            return new RangeResponse(ResponseHeader.ofRevision(header), KeyValues.EMPTY, false, count);
        }
        boolean filtered = request.minModRevision() != 0
                || request.maxModRevision() != 0
                || request.minCreateRevision() != 0
                || request.maxCreateRevision() != 0;
        if (request.sortOrder() == SortOrder.NONE && !filtered && request.limit() > 0 && request.limit() < count) {
            kvs = new ArrayList<>(kvs.subList(0, (int) request.limit() + 1));
        }
        kvs.removeIf(kv -> request.maxModRevision() != 0 && kv.modRevision() > request.maxModRevision());
        kvs.removeIf(kv -> request.minModRevision() != 0 && kv.modRevision() < request.minModRevision());
        kvs.removeIf(kv -> request.maxCreateRevision() != 0 && kv.createRevision() > request.maxCreateRevision());
        kvs.removeIf(kv -> request.minCreateRevision() != 0 && kv.createRevision() < request.minCreateRevision());
        Comparator<KeyValue> order = switch (request.sortTarget()) {
            case KEY, UNRECOGNIZED -> Comparator.comparing(KeyValue::key);
            case VERSION -> Comparator.comparing(KeyValue::version);
            case CREATE -> Comparator.comparing(KeyValue::createRevision);
            case MOD -> Comparator.comparing(KeyValue::modRevision);
            case VALUE -> Comparator.comparing(KeyValue::value);
        };
        kvs.sort(request.sortOrder() == SortOrder.DESCEND ? Collections.reverseOrder(order) : order);
        boolean more = request.limit() > 0 && kvs.size() > request.limit();
        if (more) {
            kvs = kvs.subList(0, (int) request.limit());
        }
        if (request.keysOnly()) {
            boolean lease = request.sortTarget() == SortTarget.VALUE;
            kvs = kvs.stream()
                    .map(kv -> new KeyValue(
                            kv.key(),
                            kv.createRevision(),
                            kv.modRevision(),
                            kv.version(),
                            Bytes.EMPTY,
                            lease ? kv.lease() : 0))
                    .toList();
        }
        return new RangeResponse(ResponseHeader.ofRevision(header), KeyValues.of(kvs), more, count);
    }

    private static boolean holds(NavigableMap<Bytes, KeyValue> keys, Compare compare) {
        List<KeyValue> kvs = keys.values().stream()
                .filter(kv -> compare.range().contains(kv.key()))
                .toList();
        if (kvs.isEmpty()) {
            return compare.target() != CompareTarget.VALUE
                    && holds(compare, new KeyValue(Bytes.EMPTY, 0, 0, 0, Bytes.EMPTY, 0));
        }
        return kvs.stream().allMatch(kv -> holds(compare, kv));
    }

    private static boolean holds(Compare compare, KeyValue kv) {
        int order = switch (compare.target()) {
            case VERSION -> Long.compare(kv.version(), compare.number());
            case CREATE -> Long.compare(kv.createRevision(), compare.number());
            case MOD -> Long.compare(kv.modRevision(), compare.number());
            case LEASE -> Long.compare(kv.lease(), compare.number());
            case VALUE -> kv.value().compareTo(compare.value());
            case UNRECOGNIZED -> 0;
        };
        return switch (compare.result()) {
            case EQUAL -> order == 0;
            case GREATER -> order > 0;
            case LESS -> order < 0;
            case NOT_EQUAL -> order != 0;
            case UNRECOGNIZED -> true;
        };
    }
}
