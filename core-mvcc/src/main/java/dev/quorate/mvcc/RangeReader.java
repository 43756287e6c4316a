/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.error.EtcdError;
import dev.quorate.api.model.KeyRange;
import dev.quorate.api.model.KeyValue;
import dev.quorate.api.model.KeyValues;
import dev.quorate.api.model.RangeRequest;
import dev.quorate.api.model.RangeResponse;
import dev.quorate.api.model.ResponseHeader;
import dev.quorate.api.model.SortOrder;
import dev.quorate.api.model.SortTarget;
import dev.quorate.mvcc.index.VersionIndex;
import dev.quorate.mvcc.index.VersionIndex.Version;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Answers ranges from one state of the index and the records it points to.
 *
 * <p>Everything but values and leases stands in the index, so filters and sorts are done there and only what is
 * answered is read from storage. Equal sort values stay in the order of their keys (etcd's order of them is not
 * defined, and the same for up to twelve keys). Source: etcd v3.7.1, {@code server/etcdserver/txn/range.go}.
 */
final class RangeReader {
    private final VersionIndex.View index;
    private final RecordReader records;
    private final long revision;
    private final long compactRevision;

    RangeReader(VersionIndex.View index, RecordReader records, long revision, long compactRevision) {
        this.index = index;
        this.records = records;
        this.revision = revision;
        this.compactRevision = compactRevision;
    }

    /** A key found, for those ways that do not answer at once. */
    private record Hit(
            Bytes key,
            long main,
            long sub,
            long create,
            long version,
            @Nullable KeyValue record) {}

    RangeResponse range(RangeRequest request) {
        if (request.revision() > revision) {
            throw EtcdError.FUTURE_REV.exception();
        }
        long at = request.revision() <= 0 ? revision : request.revision();
        if (at < compactRevision) {
            throw EtcdError.COMPACTED.exception();
        }
        if (request.countOnly()) {
            return answer(KeyValues.EMPTY, false, index.count(request.range(), at));
        }
        if (!inKeyOrder(request) || hasFilters(request)) {
            return selected(request, at);
        }
        return plain(request, at);
    }

    boolean exists(Bytes key) {
        return index.find(key, revision, new Version());
    }

    @Nullable
    KeyValue get(Bytes key) {
        Version version = new Version();
        return index.find(key, revision, version)
                ? KeyValue.decode(records.record(version.main(), version.sub()))
                : null;
    }

    KeyView.Outcome test(KeyRange range, boolean withRecords, Predicate<KeyValue> test) {
        KeyView.Outcome[] outcome = {KeyView.Outcome.ABSENT};
        index.scan(range, revision, (key, offset, length, version) -> {
            KeyValue value = withRecords
                    ? KeyValue.decode(records.record(version.main(), version.sub()))
                    : bare(Bytes.copyOf(key, offset, length), version);
            boolean passed = test.test(value);
            outcome[0] = passed ? KeyView.Outcome.PASSED : KeyView.Outcome.FAILED;
            return passed;
        });
        return outcome[0];
    }

    /** The common case: keys in their order, cut at the limit while they are found. */
    private RangeResponse plain(RangeRequest request, long at) {
        long limit = request.limit() <= 0 ? Long.MAX_VALUE : request.limit();
        KeyValues.Builder kvs = new KeyValues.Builder();
        boolean[] more = new boolean[1];
        index.scan(request.range(), at, (key, offset, length, version) -> {
            if (kvs.size() == limit) {
                more[0] = true;
                return false;
            }
            if (request.keysOnly()) {
                kvs.add(bare(Bytes.wrap(key, offset, length), version));
            } else {
                int size = records.read(version.main(), version.sub());
                kvs.add(records.array, 0, size);
            }
            return true;
        });
        long count = more[0] ? index.count(request.range(), at) : kvs.size();
        return answer(kvs.build(), more[0], count);
    }

    /** The rare case: what is found is filtered, sorted and cut before records are read. */
    private RangeResponse selected(RangeRequest request, long at) {
        // A target without an order sorts what the limit, in the order of keys, has let through: etcd's way.
        boolean limitedBefore = request.sortOrder() == SortOrder.NONE && !hasFilters(request) && request.limit() > 0;
        long candidatesMax = limitedBefore && request.limit() < Long.MAX_VALUE ? request.limit() + 1 : Long.MAX_VALUE;
        boolean byValue = request.sortTarget() == SortTarget.VALUE;
        List<Hit> hits = new ArrayList<>();
        long[] count = new long[1];
        index.scan(request.range(), at, (key, offset, length, version) -> {
            if (count[0] == candidatesMax) {
                return false;
            }
            count[0]++;
            if (passes(request, version)) {
                hits.add(hit(key, offset, length, version, byValue));
            }
            return true;
        });
        sort(hits, request);
        boolean more = request.limit() > 0 && hits.size() > request.limit();
        KeyValues.Builder kvs = new KeyValues.Builder();
        for (Hit hit : more ? hits.subList(0, (int) request.limit()) : hits) {
            add(kvs, hit, request.keysOnly());
        }
        long total = count[0] == candidatesMax ? index.count(request.range(), at) : count[0];
        return answer(kvs.build(), more, total);
    }

    private Hit hit(byte[] key, int offset, int length, Version version, boolean withRecord) {
        KeyValue record = withRecord ? KeyValue.decode(records.record(version.main(), version.sub())) : null;
        return new Hit(
                Bytes.copyOf(key, offset, length),
                version.main(),
                version.sub(),
                version.create(),
                version.version(),
                record);
    }

    private void add(KeyValues.Builder kvs, Hit hit, boolean keysOnly) {
        KeyValue record = hit.record();
        if (record != null) {
            // Sorted by value, so the record was read, and its lease is shown even without values.
            kvs.add(
                    keysOnly
                            ? new KeyValue(
                                    record.key(),
                                    record.createRevision(),
                                    record.modRevision(),
                                    record.version(),
                                    Bytes.EMPTY,
                                    record.lease())
                            : record);
        } else if (keysOnly) {
            kvs.add(new KeyValue(hit.key(), hit.create(), hit.main(), hit.version(), Bytes.EMPTY, 0));
        } else {
            int size = records.read(hit.main(), hit.sub());
            kvs.add(records.array, 0, size);
        }
    }

    private static KeyValue bare(Bytes key, Version version) {
        return new KeyValue(key, version.create(), version.main(), version.version(), Bytes.EMPTY, 0);
    }

    private RangeResponse answer(KeyValues kvs, boolean more, long count) {
        return new RangeResponse(ResponseHeader.ofRevision(revision), kvs, more, count);
    }

    private static boolean inKeyOrder(RangeRequest request) {
        return request.sortTarget() == SortTarget.KEY && request.sortOrder() != SortOrder.DESCEND;
    }

    private static boolean hasFilters(RangeRequest request) {
        return request.minModRevision() != 0
                || request.maxModRevision() != 0
                || request.minCreateRevision() != 0
                || request.maxCreateRevision() != 0;
    }

    private static boolean passes(RangeRequest request, Version version) {
        return (request.maxModRevision() == 0 || version.main() <= request.maxModRevision())
                && (request.minModRevision() == 0 || version.main() >= request.minModRevision())
                && (request.maxCreateRevision() == 0 || version.create() <= request.maxCreateRevision())
                && (request.minCreateRevision() == 0 || version.create() >= request.minCreateRevision());
    }

    private static void sort(List<Hit> hits, RangeRequest request) {
        if (inKeyOrder(request)) {
            return;
        }
        Comparator<Hit> comparator = switch (request.sortTarget()) {
            case VERSION -> Comparator.comparingLong(Hit::version);
            case CREATE -> Comparator.comparingLong(Hit::create);
            case MOD -> Comparator.comparingLong(Hit::main);
            case VALUE -> Comparator.comparing(RangeReader::value);
            case KEY, UNRECOGNIZED -> Comparator.comparing(Hit::key);
        };
        hits.sort(request.sortOrder() == SortOrder.DESCEND ? comparator.reversed() : comparator);
    }

    private static Bytes value(Hit hit) {
        KeyValue record = hit.record();
        return record == null ? Bytes.EMPTY : record.value();
    }
}
