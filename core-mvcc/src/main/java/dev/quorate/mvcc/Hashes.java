/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.error.EtcdError;
import dev.quorate.api.model.HashKvResponse;
import dev.quorate.api.model.HashResponse;
import dev.quorate.api.model.ResponseHeader;
import dev.quorate.api.storage.Bucket;
import dev.quorate.api.storage.StorageReader;
import dev.quorate.api.storage.StorageSnapshot;
import dev.quorate.mvcc.index.VanishedException;
import dev.quorate.schema.Buckets;
import java.util.Set;
import java.util.zip.CRC32C;

/** Hashes of what is stored, by which members compare themselves. Thread-safe. */
final class Hashes {
    /** Rows that may differ between members with the same data. */
    private static final Set<Bytes> LEFT_OUT = Set.of(Buckets.CONSISTENT_INDEX, Buckets.TERM, Buckets.STORAGE_VERSION);

    private final MvccStore store;
    private final HashCache cache;

    Hashes(MvccStore store, HashCache cache) {
        this.store = store;
        this.cache = cache;
    }

    HashKvResponse hashKv(long revision) {
        HashCache.Hash cached = cache.find(revision);
        if (cached != null) {
            return answer(store.revision(), cached);
        }
        while (true) {
            PublishedState state = store.readableState();
            if (revision > 0 && revision < state.compactRevision()) {
                throw EtcdError.COMPACTED.exception();
            }
            if (revision > state.revision()) {
                throw EtcdError.FUTURE_REV.exception();
            }
            try {
                return hashKv(state, revision == 0 ? state.revision() : revision);
            } catch (VanishedException e) {
                store.checkVanished(state, e);
            }
        }
    }

    private HashKvResponse hashKv(PublishedState state, long upTo) {
        try (StorageReader.Cursor cursor = store.engine().scan(Buckets.KEY, Bytes.EMPTY, null, false)) {
            store.checkStill(state);
            if (store.compactRevision() != state.compactRevision()) {
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
        long revision = store.revision();
        try (StorageSnapshot snapshot = store.snapshot()) {
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
