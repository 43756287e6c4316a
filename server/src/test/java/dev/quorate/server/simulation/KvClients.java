/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.simulation;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.error.EtcdError;
import dev.quorate.api.error.EtcdException;
import dev.quorate.api.model.CompactionRequest;
import dev.quorate.api.model.Compare;
import dev.quorate.api.model.CompareResult;
import dev.quorate.api.model.CompareTarget;
import dev.quorate.api.model.DeleteRangeRequest;
import dev.quorate.api.model.HashKvResponse;
import dev.quorate.api.model.KeyRange;
import dev.quorate.api.model.KeyValue;
import dev.quorate.api.model.PutRequest;
import dev.quorate.api.model.RangeRequest;
import dev.quorate.api.model.RangeResponse;
import dev.quorate.api.model.RequestOp;
import dev.quorate.api.model.TxnRequest;
import dev.quorate.api.model.TxnResponse;
import dev.quorate.raft.simulation.Chance;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Clients that write and read keys. A history is linearizable if each answer tells of a revision that is not before any
 * that was told before the question, and is true of that revision: the revision is the witness of the order.
 */
final class KvClients {
    static final KeyRange ALL = KeyRange.prefix(Bytes.utf8("k"));
    private static final int KEYS = 8;

    private record HashOf(long revision, long compacted) {}

    private final Chance chance;
    private final ServerRules rules;
    private final Revisions revisions;
    private final Client client;
    private final Map<HashOf, Integer> hashes = new HashMap<>(); // looked up only
    private final List<Bytes> refused = new ArrayList<>(); // values that must not be written
    private long written;
    private int acknowledged;

    KvClients(Chance chance, ServerRules rules, Revisions revisions, Client client) {
        this.chance = chance;
        this.rules = rules;
        this.revisions = revisions;
        this.client = client;
    }

    /** Returns how many writes were acknowledged. */
    int acknowledged() {
        return acknowledged;
    }

    private Bytes someKey() {
        return Bytes.utf8("k" + chance.dice(KEYS));
    }

    static KeyRange range(Chance chance) {
        return chance.dice(2) == 0 ? ALL : KeyRange.single(Bytes.utf8("k" + chance.dice(KEYS)));
    }

    private Bytes newValue() {
        return Bytes.utf8("v" + ++written);
    }

    /** Asks a member for something. */
    void ask(ServerProcess process, long lease) {
        int dice = chance.dice(100);
        if (dice < 35) {
            put(process, lease);
        } else if (dice < 43) {
            delete(process);
        } else if (dice < 55) {
            compareAndPut(process);
        } else if (dice < 75) {
            read(process, range(chance));
        } else if (dice < 85) {
            readHere(process, range(chance));
        } else if (dice < 92) {
            readPast(process);
        } else if (dice < 97) {
            hash(process);
        } else {
            compact(process);
        }
    }

    void put(ServerProcess process, long lease) {
        long floor = revisions.told();
        Bytes key = someKey();
        Bytes value = newValue();
        boolean previous = chance.dice(4) == 0;
        PutRequest plain = PutRequest.of(key, value).withLease(lease);
        PutRequest request = previous ? plain.withPrevKv() : plain;
        client.ask(
                process,
                process.services().kv().put(request),
                answer -> {
                    long revision = answer.header().revision();
                    wrote(process, revision, floor, key, value);
                    if (previous) {
                        require(
                                sameAs(answer.prevKv(), revisions.at(key, revision - 1)),
                                "a write tells what was before",
                                process,
                                revision,
                                answer.prevKv());
                    }
                },
                failure -> refused(failure, value));
    }

    private void refused(EtcdException failure, Bytes value) {
        if (failure.is(EtcdError.LEASE_NOT_FOUND) || failure.is(EtcdError.REQUEST_TOO_MANY_REQUESTS)) {
            refused.add(value);
        }
    }

    private void wrote(ServerProcess process, long revision, long floor, Bytes key, Bytes value) {
        require(revision > floor, "a write comes behind all that was told before it began", process, revision, floor);
        revisions.tell(revision);
        boolean there = revisions.at(revision).stream()
                .anyMatch(row -> row.kv().key().equals(key) && row.kv().value().equals(value));
        require(there, "what is acknowledged is written", process, revision, key, value);
        acknowledged++;
    }

    private void require(boolean holds, String rule, @Nullable Object... values) {
        rules.require(holds, rule, values);
    }

    private static boolean sameAs(@Nullable KeyValue told, Revisions.@Nullable Row row) {
        boolean gone = row == null || row.tombstone();
        return gone ? told == null : row != null && row.kv().equals(told);
    }

    private void delete(ServerProcess process) {
        long floor = revisions.told();
        Bytes key = someKey();
        client.ask(
                process,
                process.services().kv().deleteRange(DeleteRangeRequest.of(KeyRange.single(key))),
                answer -> {
                    long revision = answer.header().revision();
                    boolean deletes = answer.deleted() > 0;
                    require(
                            deletes ? revision > floor : revision >= floor,
                            "a write comes behind all that was told before it began",
                            process,
                            revision,
                            floor);
                    revisions.tell(revision);
                    Revisions.Row row = revisions.at(key, revision);
                    require(
                            deletes
                                    ? row != null && row.tombstone() && row.main() == revision
                                    : row == null || row.tombstone(),
                            "what is acknowledged is written",
                            process,
                            revision,
                            row);
                },
                failure -> {});
    }

    private void compareAndPut(ServerProcess process) {
        long floor = revisions.told();
        Bytes key = someKey();
        Bytes other = someKey();
        Revisions.Row known = revisions.at(key, revisions.told());
        long expected = known == null || known.tombstone() ? 0 : known.main();
        Bytes value = newValue();
        List<RequestOp> writes = new ArrayList<>(List.of(PutRequest.of(key, value)));
        if (!other.equals(key)) {
            writes.add(PutRequest.of(other, newValue()));
        }
        TxnRequest request = new TxnRequest(
                List.of(Compare.number(key, CompareTarget.MOD, CompareResult.EQUAL, expected)),
                writes,
                List.of(RangeRequest.of(key)));
        client.ask(
                process,
                process.services().kv().txn(request),
                answer -> compared(process, answer, floor, key, value, expected),
                failure -> refused(failure, value));
    }

    private void compared(
            ServerProcess process, TxnResponse answer, long floor, Bytes key, Bytes value, long expected) {
        long revision = answer.header().revision();
        Revisions.Row row = revisions.at(key, answer.succeeded() ? revision - 1 : revision);
        long modified = row == null || row.tombstone() ? 0 : row.main();
        require(
                answer.succeeded() == (modified == expected),
                "a comparison is true of the state that the transaction finds",
                process,
                revision,
                expected,
                modified);
        if (answer.succeeded()) {
            wrote(process, revision, floor, key, value);
        } else {
            require(revision >= floor, "a transaction sees all that was told before", process, revision, floor);
            RangeResponse read = (RangeResponse) answer.responses().get(0);
            check(process, read, KeyRange.single(key), revision);
        }
    }

    /** Reads what everybody agrees on. */
    void read(ServerProcess process, KeyRange range) {
        long floor = revisions.told();
        client.ask(
                process,
                process.services().kv().range(RangeRequest.of(range)),
                answer -> {
                    long revision = answer.header().revision();
                    require(
                            revision >= floor,
                            "a read sees all that was told before it began",
                            process,
                            revision,
                            floor);
                    check(process, answer, range, revision);
                    revisions.tell(revision);
                },
                failure -> {});
    }

    private void check(ServerProcess process, RangeResponse answer, KeyRange range, long revision) {
        List<KeyValue> expected = revisions.range(range, revision);
        require(
                answer.kvs().equals(expected) && answer.count() == expected.size(),
                "a read tells what is there at its revision",
                process,
                revision,
                answer.kvs(),
                expected);
    }

    private void readHere(ServerProcess process, KeyRange range) {
        client.ask(
                process,
                process.services()
                        .kv()
                        .range(RangeRequest.builder(range).serializable(true).build()),
                answer -> {
                    long revision = answer.header().revision();
                    require(
                            revision >= process.revisionRead(),
                            "a member never goes back",
                            process,
                            revision,
                            process.revisionRead());
                    process.read(revision);
                    check(process, answer, range, revision);
                    revisions.tell(revision);
                },
                failure -> {});
    }

    private void readPast(ServerProcess process) {
        long revision = 1L + chance.dice((int) revisions.told());
        KeyRange range = range(chance);
        client.ask(
                process,
                process.services()
                        .kv()
                        .range(RangeRequest.builder(range).revision(revision).build()),
                answer -> check(process, answer, range, revision),
                failure -> {
                    require(
                            !failure.is(EtcdError.COMPACTED) || revision < revisions.compacted(),
                            "only what was compacted is gone",
                            process,
                            revision);
                    require(!failure.is(EtcdError.FUTURE_REV), "what was told is there", process, revision);
                });
    }

    /** Compares the hash of a revision with that of other members. */
    void hash(ServerProcess process) {
        long revision = chance.dice(3) == 0 ? 0 : Math.max(1, revisions.told() - chance.dice(20));
        client.ask(
                process,
                process.services().maintenance().hashKv(revision),
                answer -> hashed(process, answer),
                failure -> {
                    require(
                            !failure.is(EtcdError.COMPACTED) || revision < revisions.compacted(),
                            "only what was compacted is gone",
                            process,
                            revision);
                });
    }

    private void hashed(ServerProcess process, HashKvResponse answer) {
        Integer known = hashes.putIfAbsent(new HashOf(answer.hashRevision(), answer.compactRevision()), answer.hash());
        require(known == null || known == answer.hash(), "members agree on the hash of a revision", process, answer);
    }

    private void compact(ServerProcess process) {
        long revision = Math.max(1, revisions.told() - chance.dice(60));
        boolean physical = chance.dice(3) == 0;
        revisions.compacts(revision);
        client.ask(
                process,
                process.services().kv().compact(new CompactionRequest(revision, physical)),
                answer -> {},
                failure -> {});
    }

    /** Checks, at the end, that nothing was written that was refused. */
    void finish() {
        for (Bytes value : refused) {
            require(!revisions.isWritten(value), "what is refused is never written", value);
        }
    }
}
