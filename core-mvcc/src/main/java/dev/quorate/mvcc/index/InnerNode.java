/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc.index;

import dev.quorate.api.bytes.Bytes;
import java.util.ArrayList;
import java.util.List;

/**
 * An inner node of the tree: children, and of each how many live keys there are below it and when that last changed.
 *
 * <p>Child {@code i} holds the keys from separator {@code i - 1} on, inclusive, to separator {@code i}, exclusive.
 * Children are pages or inner nodes, all of one height. Only the draft that owns a node changes it; copies share the
 * arrays that they have not changed.
 */
final class InnerNode {
    private final long draft;
    private byte[] separators;
    private Object[] children;
    private long[] counts; // of each child: live keys, main revision of the newest change of liveness
    private boolean ownsCounts;

    private InnerNode(long draft, byte[] separators, Object[] children, long[] counts, boolean ownsCounts) {
        this.draft = draft;
        this.separators = separators;
        this.children = children;
        this.counts = counts;
        this.ownsCounts = ownsCounts;
    }

    /** Makes nodes above others: as few as hold them, each with about the same number of children. */
    static Pieces above(long draft, TreeShape shape, Pieces below) {
        int count = below.size();
        int parts = (count + shape.childrenMax() - 1) / shape.childrenMax();
        Pieces nodes = new Pieces(parts);
        for (int part = 0; part < parts; part++) {
            int from = (int) ((long) count * part / parts);
            int to = (int) ((long) count * (part + 1) / parts);
            Object[] children = new Object[to - from];
            long[] counts = new long[2 * children.length];
            long live = 0;
            long newest = 0;
            for (int i = 0; i < children.length; i++) {
                children[i] = below.node(from + i);
                counts[2 * i] = below.live(from + i);
                counts[2 * i + 1] = below.newest(from + i);
                live += counts[2 * i];
                newest = Math.max(newest, counts[2 * i + 1]);
            }
            Entries keys = Entries.ofKeys(below.separators().subList(from, to - 1));
            byte[] separators = KeyPage.fill(draft, keys, 0, keys.size());
            InnerNode node = new InnerNode(draft, separators, children, counts, true);
            nodes.add(from == 0 ? separators : below.separators().get(from - 1), node, live, newest);
        }
        return nodes;
    }

    int size() {
        return children.length;
    }

    Object child(int i) {
        return children[i];
    }

    long live(int i) {
        return counts[2 * i];
    }

    long newest(int i) {
        return counts[2 * i + 1];
    }

    byte[] separators() {
        return separators;
    }

    /** Returns which child holds a key if any does. */
    int childOf(Bytes key) {
        int at = KeyPage.search(separators, key);
        return at < 0 ? -1 - at : at + 1;
    }

    /** Returns this node if a draft owns it, else a copy that it owns. */
    InnerNode writable(long writer) {
        return draft == writer ? this : new InnerNode(writer, separators, children.clone(), counts, false);
    }

    /** Puts another node in the place of a child. */
    void setChild(int i, Object child) {
        children[i] = child;
    }

    /** Says that keys below a child have come or gone. */
    void addLive(int i, long more, long main) {
        if (!ownsCounts) {
            counts = counts.clone();
            ownsCounts = true;
        }
        counts[2 * i] += more;
        counts[2 * i + 1] = main;
    }

    /** Returns what comes of this node if some of its children, at least one, are replaced. */
    Pieces replace(TreeShape shape, int from, int to, Pieces by) {
        Pieces all = new Pieces(size() + by.size());
        byte[] none = {};
        List<byte[]> old = separatorList();
        for (int i = 0; i < from; i++) {
            all.add(i == 0 ? none : old.get(i - 1), children[i], live(i), newest(i));
        }
        for (int i = 0; i < by.size(); i++) {
            byte[] separator = i > 0 ? by.separators().get(i - 1) : from > 0 ? old.get(from - 1) : none;
            all.add(separator, by.node(i), by.live(i), by.newest(i));
        }
        for (int i = to; i < size(); i++) {
            all.add(old.get(i - 1), children[i], live(i), newest(i));
        }
        return above(draft, shape, all);
    }

    /** Returns the children of this node and those of its right neighbour under one node, or several. */
    static Pieces join(long draft, TreeShape shape, InnerNode left, byte[] separator, InnerNode right) {
        Pieces all = new Pieces(left.size() + right.size());
        List<byte[]> keys = left.separatorList();
        keys.add(separator);
        keys.addAll(right.separatorList());
        for (int i = 0; i < left.size(); i++) {
            all.add(keys.get(Math.max(0, i - 1)), left.children[i], left.live(i), left.newest(i));
        }
        for (int i = 0; i < right.size(); i++) {
            all.add(keys.get(left.size() + i - 1), right.children[i], right.live(i), right.newest(i));
        }
        return above(draft, shape, all);
    }

    private List<byte[]> separatorList() {
        int count = KeyPage.count(separators);
        List<byte[]> keys = new ArrayList<>(count + 1);
        for (int i = 0; i < count; i++) {
            keys.add(KeyPage.key(separators, i));
        }
        return keys;
    }
}
