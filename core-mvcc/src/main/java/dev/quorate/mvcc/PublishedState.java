/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.KeyRange;
import dev.quorate.api.model.KeyValue;
import dev.quorate.api.model.RangeRequest;
import dev.quorate.api.model.RangeResponse;
import dev.quorate.api.storage.StorageReader;
import dev.quorate.mvcc.index.VanishedException;
import dev.quorate.mvcc.index.VersionIndex;
import java.util.function.Predicate;

/**
 * What readers see until the next publication. Immutable, but compaction may take records from under it: then reads end
 * in {@link VanishedException}.
 *
 * @param storage where records lie
 * @param index the index at that time
 * @param revision last revision
 * @param compactRevision revision below which history is gone, -1 for none
 * @param generation how many times the whole state was replaced before
 * @param readable false while another state is read in its place: then there is no index
 */
record PublishedState(
        StorageReader storage,
        VersionIndex.View index,
        long revision,
        long compactRevision,
        int generation,
        boolean readable)
        implements KeyView {
    RangeReader reader() {
        return new RangeReader(index, new EngineRecords(storage), revision, compactRevision);
    }

    @Override
    public RangeResponse range(RangeRequest request) {
        return reader().range(request);
    }

    @Override
    public boolean exists(Bytes key) {
        return reader().exists(key);
    }

    @Override
    public Outcome test(KeyRange range, boolean withRecords, Predicate<KeyValue> test) {
        return reader().test(range, withRecords, test);
    }
}
