/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.watch;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.KeyRange;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Groups of watchers of ranges, found by a key that lies in them in time that grows with the logarithm of their number
 * and with the number found.
 *
 * <p>A binary search tree by first key and end, in which every node knows the last end below it, and which is a heap by
 * made-up priorities (a treap), so that it stays balanced. The priorities are a fixed scatter of a running number: the
 * same calls build the same tree.
 */
final class RangeTree {
    private @Nullable Node root;
    private long sequence;

    private static final class Node {
        final WatcherGroup group;
        final Bytes start;
        /** Exclusive; null for no end. */
        final @Nullable Bytes end;

        final long priority;
        /** The last end in this subtree; null for no end. */
        @Nullable
        Bytes lastEnd;

        @Nullable
        Node left;

        @Nullable
        Node right;

        Node(WatcherGroup group, long priority) {
            this.group = group;
            this.start = group.range.key();
            this.end = endOf(group.range);
            this.priority = priority;
            this.lastEnd = end;
        }

        void update() {
            Bytes last = end;
            if (left != null) {
                last = later(last, left.lastEnd);
            }
            if (right != null) {
                last = later(last, right.lastEnd);
            }
            lastEnd = last;
        }
    }

    /** The group of a range, made if there is none. */
    WatcherGroup groupOf(KeyRange range) {
        Node node = root;
        while (node != null) {
            int order = compare(range, node);
            if (order == 0) {
                return node.group;
            }
            node = order < 0 ? node.left : node.right;
        }
        WatcherGroup group = new WatcherGroup(range);
        root = insert(root, new Node(group, scatter(++sequence)));
        return group;
    }

    void remove(KeyRange range) {
        root = remove(root, range);
    }

    boolean isEmpty() {
        return root == null;
    }

    /** Hands over every group whose range holds a key. */
    void find(Bytes key, Consumer<WatcherGroup> found) {
        find(root, key, found);
    }

    private static void find(@Nullable Node from, Bytes key, Consumer<WatcherGroup> found) {
        Node node = from;
        while (node != null && isBefore(key, node.lastEnd)) {
            find(node.left, key, found);
            if (key.compareTo(node.start) < 0) {
                return;
            }
            if (isBefore(key, node.end)) {
                found.accept(node.group);
            }
            node = node.right;
        }
    }

    private static Node insert(@Nullable Node node, Node added) {
        if (node == null) {
            return added;
        }
        Node top = node;
        if (compare(added.group.range, node) < 0) {
            Node left = insert(node.left, added);
            node.left = left;
            if (left.priority > node.priority) {
                node.left = left.right;
                left.right = node;
                top = left;
            }
        } else {
            Node right = insert(node.right, added);
            node.right = right;
            if (right.priority > node.priority) {
                node.right = right.left;
                right.left = node;
                top = right;
            }
        }
        node.update();
        top.update();
        return top;
    }

    private static @Nullable Node remove(@Nullable Node node, KeyRange range) {
        if (node == null) {
            return null;
        }
        int order = compare(range, node);
        if (order == 0) {
            return merge(node.left, node.right);
        }
        if (order < 0) {
            node.left = remove(node.left, range);
        } else {
            node.right = remove(node.right, range);
        }
        node.update();
        return node;
    }

    private static @Nullable Node merge(@Nullable Node first, @Nullable Node second) {
        if (first == null || second == null) {
            return first == null ? second : first;
        }
        Node top;
        if (first.priority > second.priority) {
            first.right = merge(first.right, second);
            top = first;
        } else {
            second.left = merge(first, second.left);
            top = second;
        }
        top.update();
        return top;
    }

    private static int compare(KeyRange range, Node node) {
        int order = range.key().compareTo(node.start);
        if (order != 0) {
            return order;
        }
        Bytes end = endOf(range);
        if (end == null || node.end == null) {
            return (end == null ? 1 : 0) - (node.end == null ? 1 : 0);
        }
        return end.compareTo(node.end);
    }

    private static @Nullable Bytes endOf(KeyRange range) {
        return range.isFromKey() ? null : range.end();
    }

    private static boolean isBefore(Bytes key, @Nullable Bytes end) {
        return end == null || key.compareTo(end) < 0;
    }

    private static @Nullable Bytes later(@Nullable Bytes one, @Nullable Bytes other) {
        if (one == null || other == null) {
            return null;
        }
        return one.compareTo(other) >= 0 ? one : other;
    }

    /** The finalizer of SplitMix64: every input its own output, neighbours far apart. */
    private static long scatter(long number) {
        long z = number * 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
