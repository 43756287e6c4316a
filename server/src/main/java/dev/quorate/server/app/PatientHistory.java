/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.mvcc.ChangeVisitor;
import dev.quorate.mvcc.MvccStore;
import dev.quorate.mvcc.ReplacedException;
import dev.quorate.watch.WatchHistory;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What watches read of the store; waits while that is being replaced, which only the dispatcher may do. */
final class PatientHistory implements WatchHistory {
    private final MvccStore store;
    private final WatchHistory history;

    PatientHistory(MvccStore store) {
        this.store = store;
        this.history = WatchHistory.of(store);
    }

    @Override
    public long revision() {
        return history.revision();
    }

    @Override
    public long compactRevision() {
        return history.compactRevision();
    }

    @Override
    public void changes(long fromMain, long toMain, ChangeVisitor visitor) {
        patiently(() -> {
            history.changes(fromMain, toMain, visitor);
            return true;
        });
    }

    @Override
    public @Nullable Bytes recordAt(Bytes key, long main) {
        return this.<@Nullable Bytes>patiently(() -> history.recordAt(key, main));
    }

    private <T extends @Nullable Object> T patiently(Supplier<T> read) {
        while (true) {
            try {
                return read.get();
            } catch (ReplacedException e) {
                store.whenReadable().join();
            }
        }
    }
}
