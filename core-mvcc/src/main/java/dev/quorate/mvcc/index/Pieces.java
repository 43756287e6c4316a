/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc.index;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What has come of one or two neighbours in the tree that were cut anew: any number of nodes side by side, none of them
 * empty, and the keys that separate them. Not thread-safe.
 */
final class Pieces {
    private final List<Object> nodes;
    private final List<byte[]> separators;
    private long[] counts; // of each node: live keys, newest change

    Pieces(int capacity) {
        nodes = new ArrayList<>(capacity);
        separators = new ArrayList<>(capacity);
        counts = new long[2 * capacity];
    }

    /**
     * Adds a node.
     *
     * @param separator greater than all keys before and not greater than those of the node; for the first node of no
     *     meaning
     * @param node a page or an {@link InnerNode}
     * @param liveKeys how many keys below it are there
     * @param newestChange last main revision at which a key below came to be or ceased to be
     */
    void add(byte[] separator, Object node, long liveKeys, long newestChange) {
        if (!nodes.isEmpty()) {
            separators.add(separator);
        }
        int at = 2 * nodes.size();
        if (at == counts.length) {
            counts = Arrays.copyOf(counts, 2 * at + 2);
        }
        nodes.add(node);
        counts[at] = liveKeys;
        counts[at + 1] = newestChange;
    }

    int size() {
        return nodes.size();
    }

    Object node(int i) {
        return nodes.get(i);
    }

    long live(int i) {
        return counts[2 * i];
    }

    long newest(int i) {
        return counts[2 * i + 1];
    }

    /** Returns the keys between the nodes: one less than there are nodes. */
    List<byte[]> separators() {
        return separators;
    }
}
