/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc.index;

/**
 * How large the nodes of a tree may become.
 *
 * @param pageBytesMax pages that are larger are cut, if they hold two keys; at most 65,535
 * @param childrenMax most children of an inner node, at least 4
 */
record TreeShape(int pageBytesMax, int childrenMax) {
    /** Small pages are cheap to copy, large ones waste less for what is above them. */
    static final TreeShape USUAL = new TreeShape(2048, 64);

    /** Pages that are smaller are joined with a neighbour. */
    int pageBytesMin() {
        return pageBytesMax / 4;
    }

    /** Nodes with less children are joined with a neighbour. */
    int childrenMin() {
        return childrenMax / 4;
    }

    /** What is joined is not larger than this, so that the next key does not cut it again. */
    int joinedPageBytesMax() {
        return pageBytesMax - pageBytesMin();
    }

    int joinedChildrenMax() {
        return childrenMax - childrenMin();
    }
}
