/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.snapshot;

import dev.quorate.api.bytes.Bytes;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A way along the leaves of a tree, from left to right. Checks that keys grow from row to row, and that those below a
 * branch's element are neither smaller than its key nor larger than the next one. Confined to one thread.
 */
final class TreeWalk {
    /** Real trees have a handful of levels; a circle of branches has no end. */
    private static final int HEIGHT_MAX = 64;

    private final DataFile file;
    private final long pages;
    private final @Nullable PageMarks marks;
    private final Deque<Place> stack = new ArrayDeque<>();
    private Bytes floor = Bytes.EMPTY;
    private @Nullable Bytes last;

    /** Where in a page the walk stands. */
    private static final class Place {
        private final Page page;
        private int index = -1;

        Place(Page page) {
            this.page = page;
        }
    }

    /**
     * Begins a walk before the first row.
     *
     * @param file the file
     * @param pages number of its pages
     * @param marks takes every page that is met; null if they are not to be marked
     */
    TreeWalk(DataFile file, long pages, @Nullable PageMarks marks) {
        this.file = file;
        this.pages = pages;
        this.marks = marks;
    }

    /** Begins at the root of a tree. */
    TreeWalk from(long root) {
        if (!isThere(root)) {
            throw file.wrong("is damaged: the root of a tree is page " + Long.toUnsignedString(root) + " of " + pages);
        }
        enter(root);
        return this;
    }

    private boolean isThere(long id) {
        return id >= 2 && id < pages;
    }

    /** Walks over a leaf that has no page of its own. */
    TreeWalk over(Page leaf) {
        stack.push(new Place(leaf));
        return this;
    }

    private void enter(long id) {
        Page page = Page.read(file, id, pages);
        if (marks != null) {
            marks.add(id, page.overflow());
        }
        if (stack.size() == HEIGHT_MAX) {
            throw page.damaged("is more than " + HEIGHT_MAX + " levels below its root");
        }
        if (page.count() == 0 && !stack.isEmpty()) {
            throw page.damaged("is a leaf without rows, and not the root");
        }
        stack.push(new Place(page));
    }

    /**
     * Moves to the next row.
     *
     * @return false if there is none
     */
    boolean next() {
        while (!stack.isEmpty()) {
            Place place = stack.element();
            place.index++;
            Page page = place.page;
            if (place.index == page.count()) {
                stack.pop();
                continue;
            }
            Bytes key = page.key(place.index);
            if (key.compareTo(floor) < 0 || (last != null && key.compareTo(last) <= 0)) {
                throw page.damaged("the key of element " + place.index + " is out of order");
            }
            if (page.isLeaf()) {
                last = key;
                return true;
            }
            floor = key;
            long child = page.child(place.index);
            if (!isThere(child)) {
                throw page.damaged("leads to page " + Long.toUnsignedString(child) + " of " + pages);
            }
            enter(child);
        }
        return false;
    }

    private Place place() {
        return stack.element();
    }

    /** Returns the page on which the row lies. */
    Page page() {
        return place().page;
    }

    Bytes key() {
        return page().key(place().index);
    }

    Bytes value() {
        return page().value(place().index);
    }

    boolean holdsBucket() {
        return page().holdsBucket(place().index);
    }
}
