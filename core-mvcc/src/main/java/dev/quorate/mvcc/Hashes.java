/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.error.EtcdError;
import dev.quorate.api.model.HashKvResponse;
import dev.quorate.api.model.HashResponse;
import dev.quorate.api.model.ResponseHeader;
import dev.quorate.api.storage.Bucket;
import dev.quorate.api.storage.StorageEngine;
import dev.quorate.api.storage.StorageReader;
import dev.quorate.api.storage.StorageSnapshot;
import dev.quorate.mvcc.index.VanishedException;
import dev.quorate.schema.Buckets;
import java.util.Set;
import java.util.function.Supplier;
import java.util.zip.CRC32C;

/** Hashes of what is stored, by which members compare themselves. Thread-safe. */
final class Hashes {
    /** Rows that may differ between members with the same data. */
    private static final Set<Bytes> LEFT_OUT = Set.of(Buckets.CONSISTENT_INDEX, Buckets.TERM, Buckets.STORAGE_VERSION);

    private final StorageEngine engine;
    private final Supplier<PublishedState> published;
    private final HashCache cache;

    Hashes(StorageEngine engine, Supplier<PublishedState> published, HashCache cache) {
        this.engine = engine;
        this.published = published;
        this.cache = cache;
    }

    HashKvResponse hashKv(long revision) {
        HashCache.Hash cached = cache.find(revision);
        if (cached != null) {
            return answer(published.get().revision(), cached);
        }
        while (true) {
            PublishedState state = published.get();
            if (revision > 0 && revision < state.compactRevision()) {
                throw EtcdError.COMPACTED.exception();
            }
            if (revision > state.revision()) {
                throw EtcdError.FUTURE_REV.exception();
            }
            try {
                return hashKv(state, revision == 0 ? state.revision() : revision);
            } catch (VanishedException e) {
                if (published.get().compactRevision() == state.compactRevision()) {
                    throw new IllegalStateException("storage has lost a record", e);
                }
            }
        }
    }

    private HashKvResponse hashKv(PublishedState state, long upTo) {
        try (StorageReader.Cursor cursor = engine.scan(Buckets.KEY, Bytes.EMPTY, null, false)) {
            if (published.get().compactRevision() != state.compactRevision()) {
                throw new VanishedException(state.compactRevision(), 0); // before the cursor fixed what it sees
            }
            KvHasher hasher =
                    new KvHasher(state.compactRevision(), upTo, state.index(), KvHasher.anyKey(state.index(), upTo));
            while (cursor.next()) {
                hasher.add(cursor.key(), cursor.value());
            }
            return answer(state.revision(), new HashCache.Hash(hasher.hash(), state.compactRevision(), upTo));
        }
    }

    private static HashKvResponse answer(long revision, HashCache.Hash hash) {
        return new HashKvResponse(
                ResponseHeader.ofRevision(revision), hash.hash(), hash.compactRevision(), hash.revision());
    }

    HashResponse hash() {
        CRC32C crc = new CRC32C();
        long revision = published.get().revision();
        try (StorageSnapshot snapshot = engine.snapshot()) {
            for (Bucket bucket : Buckets.ALL) {
                update(crc, Bytes.utf8(bucket.name()));
                try (StorageReader.Cursor cursor = snapshot.scan(bucket, Bytes.EMPTY, null, false)) {
                    while (cursor.next()) {
                        if (!bucket.equals(Buckets.META) || !LEFT_OUT.contains(cursor.key())) {
                            update(crc, cursor.key());
                            update(crc, cursor.value());
                        }
                    }
                }
            }
        }
        return new HashResponse(ResponseHeader.ofRevision(revision), (int) crc.getValue());
    }

    private static void update(CRC32C crc, Bytes bytes) {
        crc.update(bytes.sharedArray(), bytes.sharedOffset(), bytes.length());
    }
}
