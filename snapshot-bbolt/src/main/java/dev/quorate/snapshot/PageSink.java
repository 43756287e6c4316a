/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.snapshot;

/** Takes pages in the order in which they come to lie in the file, and gives each its number. */
interface PageSink {
    /**
     * Takes a page.
     *
     * @param node what is on it; not kept after the call
     * @return its number
     */
    long append(Node node);

    /** Counts pages and keeps nothing. */
    final class Counter implements PageSink {
        private long next;

        Counter(long first) {
            next = first;
        }

        @Override
        public long append(Node node) {
            long id = next;
            next += pagesOf(node);
            return id;
        }

        /** Returns how many pages there are, those before the first that was counted included. */
        long pages() {
            return next;
        }
    }

    /** Returns over how many pages a node goes. */
    static int pagesOf(Node node) {
        return (int) (((long) node.size() + Layout.PAGE_BYTES - 1) / Layout.PAGE_BYTES);
    }
}
