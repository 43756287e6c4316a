/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc.index;

import java.util.ArrayList;
import java.util.List;

/**
 * What has come of one or two neighbours in the tree that were cut anew: any number of nodes side by side, none of them
 * empty, and the keys that separate them. Not thread-safe.
 */
final class Pieces {
    private final List<Object> nodes = new ArrayList<>(2);
    private final List<byte[]> separators = new ArrayList<>(1);
    private final List<Long> live = new ArrayList<>(2);
    private final List<Long> newest = new ArrayList<>(2);

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
        nodes.add(node);
        live.add(liveKeys);
        newest.add(newestChange);
    }

    int size() {
        return nodes.size();
    }

    Object node(int i) {
        return nodes.get(i);
    }

    long live(int i) {
        return live.get(i);
    }

    long newest(int i) {
        return newest.get(i);
    }

    /** Returns the keys between the nodes: one less than there are nodes. */
    List<byte[]> separators() {
        return separators;
    }
}
