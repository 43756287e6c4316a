/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.snapshot;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.snapshot.SnapshotException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes a tree from rows in order, bottom-up: a page goes out as soon as it is full, a branch before its last children
 * are known. Keeps one leaf, and two pages per level of branches.
 *
 * <p>A row larger than a page has a leaf of its own. A branch has at least two children, as in bbolt's own files: the
 * one before the last is held back until the last has two. Not thread-safe.
 */
final class TreeWriter {
    private final PageSink sink;
    private final Node leaf;
    private final List<Level> levels = new ArrayList<>();
    private boolean leafWritten;
    private @Nullable Bytes last;

    /** The branches of one level: the one that is being filled, and the full one before it. */
    private static final class Level {
        private Node current = Node.branch();
        private @Nullable Node full;
    }

    /**
     * Begins a tree.
     *
     * @param sink takes its pages
     * @param elementFlags what its rows are marked with
     */
    TreeWriter(PageSink sink, int elementFlags) {
        this.sink = sink;
        this.leaf = Node.leaf(elementFlags);
    }

    /** Adds a row behind the others. */
    void add(Bytes key, Bytes value) {
        if (key.length() > Layout.KEY_BYTES_MAX) {
            throw new SnapshotException(
                    "a key of " + key.length() + " bytes is too long: the format takes " + Layout.KEY_BYTES_MAX, null);
        }
        if (last != null && last.compareTo(key) >= 0) {
            throw new IllegalStateException("row " + key + " comes behind row " + last);
        }
        last = key.compact();
        if (leaf.count() > 0 && !leaf.fits(key.length(), value.length())) {
            writeLeaf();
        }
        leaf.addRow(key, value);
    }

    private void writeLeaf() {
        leafWritten = true;
        Bytes first = leaf.firstKey();
        addChild(0, first, sink.append(leaf));
        leaf.clear();
    }

    private void addChild(int height, Bytes key, long page) {
        if (height == levels.size()) {
            levels.add(new Level());
        }
        Level level = levels.get(height);
        if (level.current.count() >= 2 && !level.current.fits(key.length(), 0)) {
            Node spare = Node.branch();
            if (level.full != null) {
                spare = level.full;
                write(height, spare);
            }
            level.full = level.current;
            level.current = spare;
        }
        level.current.addChild(key, page);
    }

    private void write(int height, Node branch) {
        Bytes first = branch.firstKey();
        long page = sink.append(branch);
        branch.clear();
        addChild(height + 1, first, page);
    }

    /** Returns the whole tree if it is a single leaf, small enough to lie in a bucket's value; else null. */
    @Nullable
    Node inline() {
        return leafWritten || leaf.size() > Layout.INLINE_BYTES_MAX ? null : leaf;
    }

    /**
     * Writes what is left.
     *
     * @return the page of the root
     */
    long finish() {
        if (!leafWritten) {
            return sink.append(leaf);
        }
        writeLeaf();
        for (int height = 0; ; height++) {
            Level level = levels.get(height);
            evenOut(level);
            if (level.full == null && height == levels.size() - 1) {
                return sink.append(level.current);
            }
            if (level.full != null) {
                write(height, level.full);
            }
            write(height, level.current);
        }
    }

    /** Sees to it that no branch is left with one child. */
    private static void evenOut(Level level) {
        Node full = level.full;
        if (full == null || level.current.count() > 1) {
            return;
        }
        if (full.count() > 2) {
            full.moveLastChild(level.current);
        } else {
            full.addChildren(level.current);
            level.current = full;
            level.full = null;
        }
    }
}
