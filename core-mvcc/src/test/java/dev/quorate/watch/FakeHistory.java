/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.watch;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.error.EtcdError;
import dev.quorate.api.error.EtcdException;
import dev.quorate.api.model.EventType;
import dev.quorate.api.model.KeyValue;
import dev.quorate.mvcc.Change;
import dev.quorate.mvcc.ChangeVisitor;
import dev.quorate.mvcc.RevisionChanges;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A history that is a list. Thread-safe, so that tests with threads can use it. */
final class FakeHistory implements WatchHistory {
    final List<RevisionChanges> all = new ArrayList<>();
    private final Map<Bytes, KeyValue> live = new TreeMap<>();
    private long compactRevision = -1;

    /** How often {@link #changes} was called, and how many changes it has shown. */
    int readings;

    int shown;

    /** Stores a key at a revision of its own and publishes it. */
    RevisionChanges put(String key, String value) {
        return commit(Map.of(key, value));
    }

    RevisionChanges delete(String key) {
        return commit(Map.of(key, ""));
    }

    /** Publishes a revision: an empty value deletes the key if it is there. */
    synchronized RevisionChanges commit(Map<String, String> puts) {
        long main = revision() + 1;
        List<Change> changes = new ArrayList<>();
        for (Map.Entry<String, String> entry : new TreeMap<>(puts).entrySet()) {
            Bytes key = Bytes.utf8(entry.getKey());
            KeyValue before = live.get(key);
            if (!entry.getValue().isEmpty()) {
                KeyValue after = before == null
                        ? new KeyValue(key, main, main, 1, Bytes.utf8(entry.getValue()), 0)
                        : new KeyValue(
                                key,
                                before.createRevision(),
                                main,
                                before.version() + 1,
                                Bytes.utf8(entry.getValue()),
                                0);
                live.put(key, after);
                changes.add(new Change(EventType.PUT, before == null, main, changes.size(), key, after.encode()));
            } else if (before != null) {
                live.remove(key);
                KeyValue tomb = new KeyValue(key, 0, main, 0, Bytes.EMPTY, 0);
                changes.add(new Change(EventType.DELETE, false, main, changes.size(), key, tomb.encode()));
            }
        }
        if (changes.isEmpty()) {
            return put("filler", "x");
        }
        RevisionChanges revision = new RevisionChanges(main, changes);
        all.add(revision);
        return revision;
    }

    synchronized void compact(long revision) {
        compactRevision = revision;
    }

    @Override
    public synchronized long revision() {
        return all.size() + 1L;
    }

    @Override
    public synchronized long compactRevision() {
        return compactRevision;
    }

    @Override
    public void changes(long fromMain, long toMain, ChangeVisitor visitor) {
        List<RevisionChanges> wanted;
        synchronized (this) {
            readings++;
            if (fromMain < compactRevision) {
                throw new EtcdException(EtcdError.COMPACTED);
            }
            wanted =
                    List.copyOf(all.subList((int) Math.max(0, fromMain - 2), (int) (Math.min(toMain, revision()) - 1)));
        }
        for (RevisionChanges revision : wanted) {
            for (Change change : revision.changes()) {
                shown++;
                if (!visitor.visit(change)) {
                    return;
                }
            }
        }
    }

    @Override
    public synchronized @Nullable Bytes recordAt(Bytes key, long main) {
        return main < compactRevision ? null : recordEver(key, main);
    }

    /** What {@link #recordAt} said before any compaction. */
    synchronized @Nullable Bytes recordEver(Bytes key, long main) {
        for (int i = (int) Math.min(main - 2, all.size() - 1L); i >= 0; i--) {
            for (Change change : all.get(i).changes()) {
                if (change.key().equals(key)) {
                    return change.type() == EventType.PUT ? change.record() : null;
                }
            }
        }
        return null;
    }
}
