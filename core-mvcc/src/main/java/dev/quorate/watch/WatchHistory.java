/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.watch;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.mvcc.ChangeVisitor;
import dev.quorate.mvcc.MvccStore;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/** What watches read of the store. Thread-safe; {@link #of} is the one of every member, tests have their own. */
@API(status = API.Status.EXPERIMENTAL)
public interface WatchHistory {
    /**
     * Returns the published revision.
     *
     * @return the main revision, at least 1
     */
    long revision();

    /**
     * Returns the published compact revision.
     *
     * @return the revision below which history is gone; -1 before the first compaction
     */
    long compactRevision();

    /**
     * Shows the changes of some published revisions in order.
     *
     * @param fromMain first revision
     * @param toMain last revision, inclusive
     * @param visitor takes the changes
     * @throws dev.quorate.api.error.EtcdException {@code COMPACTED} if {@code fromMain} is below the compact revision,
     *     before or while the changes are read
     */
    void changes(long fromMain, long toMain, ChangeVisitor visitor);

    /**
     * Returns the record that a key had at a revision.
     *
     * @param key the key
     * @param main the revision
     * @return the message {@code mvccpb.KeyValue}; null if the key was not there, or the revision is compacted
     */
    @Nullable
    Bytes recordAt(Bytes key, long main);

    /**
     * Returns the history that a store keeps.
     *
     * @param store the store
     * @return its history
     */
    static WatchHistory of(MvccStore store) {
        return new WatchHistory() {
            @Override
            public long revision() {
                return store.revision();
            }

            @Override
            public long compactRevision() {
                return store.compactRevision();
            }

            @Override
            public void changes(long fromMain, long toMain, ChangeVisitor visitor) {
                store.changes(fromMain, toMain, visitor);
            }

            @Override
            public @Nullable Bytes recordAt(Bytes key, long main) {
                return store.recordAt(key, main);
            }
        };
    }
}
