/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc.index;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.KeyRange;
import org.jspecify.annotations.Nullable;

/**
 * One state of the tree. The one that {@link TreeWriter} works on follows it and belongs to its thread; a copy never
 * changes and may be read by any thread.
 *
 * <p>Counting looks at the nodes at both ends of the range only, and takes the numbers of those between. At an older
 * revision this holds for every part of the tree in which no key has come or gone since; in the others it looks at each
 * key. So it costs what has changed since, and at most what a scan would.
 */
final class TreeView implements VersionIndex.View {
    Object root;
    long live; // how many keys are there
    long newest; // last main revision at which a key came to be or ceased to be
    PastVersions past;

    TreeView(Object root, long live, long newest, PastVersions past) {
        this.root = root;
        this.live = live;
        this.newest = newest;
        this.past = past;
    }

    TreeView copy() {
        return new TreeView(root, live, newest, past);
    }

    @Override
    public boolean find(Bytes key, long atMain, VersionIndex.Version into) {
        Object node = root;
        while (node instanceof InnerNode inner) {
            node = inner.child(inner.childOf(key));
        }
        byte[] page = (byte[]) node;
        int i = KeyPage.search(page, key);
        return i >= 0 && read(page, i, atMain, into);
    }

    /** Reads what a key of a page was at a revision; false if it was not there. */
    private boolean read(byte[] page, int i, long atMain, VersionIndex.Version into) {
        KeyPage.readHead(page, i, into);
        return into.main() <= atMain ? into.isLive() : past.find(into.past(), atMain, into);
    }

    @Override
    public long count(KeyRange range, long atMain) {
        if (range.isSingle()) {
            return find(range.key(), atMain, new VersionIndex.Version()) ? 1 : 0;
        }
        if (range.isEmpty()) {
            return 0;
        }
        return new Count(atMain).below(root, live, newest, from(range), to(range));
    }

    @Override
    public void scan(KeyRange range, long atMain, VersionIndex.Visitor visitor) {
        if (range.isSingle()) {
            Bytes key = range.key();
            VersionIndex.Version version = new VersionIndex.Version();
            if (find(key, atMain, version)) {
                visitor.visit(key.sharedArray(), key.sharedOffset(), key.length(), version);
            }
        } else if (!range.isEmpty()) {
            new Scan(atMain, visitor).below(root, from(range), to(range));
        }
    }

    /** Returns where a range begins; null if with the first key there is. */
    private static @Nullable Bytes from(KeyRange range) {
        return range.key().isEmpty() ? null : range.key();
    }

    /** Returns where a range ends; null if behind the last key there is. */
    private static @Nullable Bytes to(KeyRange range) {
        return range.isFromKey() ? null : range.end();
    }

    private static int first(byte[] page, @Nullable Bytes from) {
        return from == null ? 0 : KeyPage.rank(page, from);
    }

    private static int end(byte[] page, @Nullable Bytes to) {
        return to == null ? KeyPage.count(page) : KeyPage.rank(page, to);
    }

    private static int first(InnerNode inner, @Nullable Bytes from) {
        return from == null ? 0 : inner.childOf(from);
    }

    private static int last(InnerNode inner, @Nullable Bytes to) {
        return to == null ? inner.size() - 1 : inner.childOf(to);
    }

    /** Counts keys. */
    private final class Count {
        private final long atMain;
        private final VersionIndex.Version version = new VersionIndex.Version();

        Count(long atMain) {
            this.atMain = atMain;
        }

        long below(Object node, long liveBelow, long newestBelow, @Nullable Bytes from, @Nullable Bytes to) {
            boolean unchanged = newestBelow <= atMain;
            if (unchanged && from == null && to == null) {
                return liveBelow;
            }
            if (node instanceof byte[] page) {
                return in(page, unchanged, first(page, from), end(page, to));
            }
            InnerNode inner = (InnerNode) node;
            int first = first(inner, from);
            int last = last(inner, to);
            long sum = 0;
            for (int i = first; i <= last; i++) {
                Bytes childFrom = i == first ? from : null;
                Bytes childTo = i == last ? to : null;
                sum += below(inner.child(i), inner.live(i), inner.newest(i), childFrom, childTo);
            }
            return sum;
        }

        private long in(byte[] page, boolean unchanged, int first, int end) {
            if (unchanged && KeyPage.dead(page) == 0) {
                return (long) end - first;
            }
            long sum = 0;
            for (int i = first; i < end; i++) {
                if (unchanged ? KeyPage.isLive(page, i) : wasLive(page, i)) {
                    sum++;
                }
            }
            return sum;
        }

        private boolean wasLive(byte[] page, int i) {
            KeyPage.readHead(page, i, version);
            if (version.main() <= atMain || (version.isLive() && version.create() <= atMain)) {
                return version.isLive();
            }
            return past.find(version.past(), atMain, version);
        }
    }

    /** Visits keys. */
    private final class Scan {
        private final long atMain;
        private final VersionIndex.Visitor visitor;
        private final VersionIndex.Version version = new VersionIndex.Version();
        private byte[] key = new byte[128];

        Scan(long atMain, VersionIndex.Visitor visitor) {
            this.atMain = atMain;
            this.visitor = visitor;
        }

        /** Returns false if the visitor wants no more. */
        boolean below(Object node, @Nullable Bytes from, @Nullable Bytes to) {
            if (node instanceof byte[] page) {
                return in(page, first(page, from), end(page, to));
            }
            InnerNode inner = (InnerNode) node;
            int first = first(inner, from);
            int last = last(inner, to);
            for (int i = first; i <= last; i++) {
                if (!below(inner.child(i), i == first ? from : null, i == last ? to : null)) {
                    return false;
                }
            }
            return true;
        }

        private boolean in(byte[] page, int first, int end) {
            boolean hasPrefix = false;
            for (int i = first; i < end; i++) {
                if (read(page, i, atMain, version)) {
                    int length = KeyPage.keyLength(page, i);
                    if (length > key.length) {
                        key = new byte[Math.max(length, 2 * key.length)];
                        hasPrefix = false;
                    }
                    if (!hasPrefix) {
                        KeyPage.copyPrefix(page, key);
                        hasPrefix = true;
                    }
                    KeyPage.copySuffix(page, i, key);
                    if (!visitor.visit(key, 0, length, version)) {
                        return false;
                    }
                }
            }
            return true;
        }
    }
}
