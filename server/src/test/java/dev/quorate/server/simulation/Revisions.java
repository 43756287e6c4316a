/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.simulation;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.KeyRange;
import dev.quorate.api.model.KeyValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All that was ever written, by revision, as the first member that stored it did: all others have to store the same.
 * What clients are told is held against it. The dumb model of a multi-version store.
 */
final class Revisions {
    /** A change of a key; a tombstone has its key only. */
    record Row(long main, long sub, boolean tombstone, KeyValue kv) {}

    /** What a member holds behind an entry, beside its keys. */
    private record Behind(long revision, int rows) {}

    private final ServerRules rules;
    private final List<List<Row>> byMain = new ArrayList<>(List.of(List.of(), List.of())); // nothing is at 0 and 1
    private final Map<Bytes, TreeMap<Long, Row>> byKey = new TreeMap<>();
    private final Map<Long, TreeSet<Bytes>> byLease = new HashMap<>(); // looked up only, as the next two
    private final Map<Bytes, Long> byValue = new HashMap<>();
    private final Map<Long, Behind> behind = new HashMap<>(); // by entry
    private long told = 1; // highest revision that anybody was told of
    private long compacted; // highest revision up to which anybody asked to compact

    Revisions(ServerRules rules) {
        this.rules = rules;
    }

    /** Takes a row that a member stores. */
    void stored(Object member, Row row) {
        if (row.main() == byMain.size()) {
            byMain.add(new ArrayList<>());
        }
        rules.require(row.main() < byMain.size(), "no revision is left out", member, row, last());
        List<Row> rows = byMain.get((int) row.main());
        if (row.sub() < rows.size()) {
            Row known = rows.get((int) row.sub());
            rules.require(known.equals(row), "all members store the same", member, row, known);
            return;
        }
        rules.require(
                row.main() == last() && row.sub() == rows.size(), "all members store the same", member, row, last());
        rows.add(row);
        Bytes key = row.kv().key();
        byKey.computeIfAbsent(key, any -> new TreeMap<>()).put(row.main(), row);
        if (row.kv().lease() != 0) {
            byLease.computeIfAbsent(row.kv().lease(), any -> new TreeSet<>()).add(key);
        }
        if (!row.tombstone()) {
            Bytes value = row.kv().value();
            Long before = byValue.put(value, row.main());
            rules.require(before == null || rules.isRepeated(value), "a write is applied once", member, row, before);
        }
    }

    /** Returns how many rows there are of a revision. */
    int count(long main) {
        return byMain.get((int) main).size();
    }

    /** Takes what a member holds behind an entry: all hold the same. */
    void behind(Object member, long index, long revision, int rows) {
        Behind present = new Behind(revision, rows);
        Behind known = behind.putIfAbsent(index, present);
        rules.require(
                known == null || known.equals(present),
                "states are equal at an equal entry",
                member,
                index,
                present,
                known);
    }

    boolean isWritten(Bytes value) {
        return byValue.containsKey(value) && !rules.isRepeated(value);
    }

    /** Returns the last revision. */
    long last() {
        return byMain.size() - 1L;
    }

    long told() {
        return told;
    }

    /** Notes that somebody was told of a revision. */
    void tell(long revision) {
        rules.require(revision <= last(), "nobody is told of a revision that is nowhere", revision, last());
        told = Math.max(told, revision);
    }

    long compacted() {
        return compacted;
    }

    void compacts(long revision) {
        compacted = Math.max(compacted, revision);
    }

    List<Row> at(long main) {
        return byMain.get((int) main);
    }

    /** Returns what a key was last changed by at a revision; null if it had never been there. */
    @Nullable
    Row at(Bytes key, long revision) {
        TreeMap<Long, Row> rows = byKey.get(key);
        Map.Entry<Long, Row> row = rows == null ? null : rows.floorEntry(revision);
        return row == null ? null : row.getValue();
    }

    /** Returns what there is in a range at a revision, by key. */
    List<KeyValue> range(KeyRange range, long revision) {
        List<KeyValue> found = new ArrayList<>();
        for (Bytes key : byKey.keySet()) {
            Row row = range.contains(key) ? at(key, revision) : null;
            if (row != null && !row.tombstone()) {
                found.add(row.kv());
            }
        }
        return found;
    }

    /** Returns the keys that hang on a lease at a revision. */
    List<Bytes> keysOf(long lease, long revision) {
        List<Bytes> keys = new ArrayList<>();
        for (Bytes key : byLease.getOrDefault(lease, new TreeSet<>())) {
            Row row = at(key, revision);
            if (row != null && !row.tombstone() && row.kv().lease() == lease) {
                keys.add(key);
            }
        }
        return keys;
    }
}
