/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.snapshot;

import dev.quorate.api.snapshot.SnapshotImage;
import dev.quorate.api.storage.Bucket;
import dev.quorate.api.storage.StorageReader;
import java.io.InputStream;
import java.util.Comparator;
import java.util.List;

/**
 * A laid-out file. The first bytes of it name the root and the number of pages, which are known last; so a first walk
 * finds them, and a second one, over the same rows and by the same code, makes the bytes.
 */
final class BboltImage implements SnapshotImage {
    /** Page 2 is the free list, with nothing on it: a server that has one to read need not search for free pages. */
    private static final long FREE_LIST_PAGE = 2;

    private static final long FIRST_TREE_PAGE = 3;

    /** Even, for page 0 holds it; page 1 holds the number before it. */
    private static final long TRANSACTION = 2;

    private final StorageReader state;
    private final List<Bucket> buckets;
    private final long root;
    private final long pages;

    private BboltImage(StorageReader state, List<Bucket> buckets, long root, long pages) {
        this.state = state;
        this.buckets = buckets;
        this.root = root;
        this.pages = pages;
    }

    static BboltImage layOut(StorageReader state, List<Bucket> buckets) {
        List<Bucket> inOrder =
                buckets.stream().sorted(Comparator.comparing(Bucket::name)).toList();
        PageSink.Counter counter = new PageSink.Counter(FIRST_TREE_PAGE);
        try (ImageWalk walk = new ImageWalk(state, inOrder, counter)) {
            while (walk.step()) {
                // the counter counts
            }
            return new BboltImage(state, inOrder, walk.root(), counter.pages());
        }
    }

    @Override
    public long sizeBytes() {
        return pages * Layout.PAGE_BYTES;
    }

    @Override
    public InputStream content() {
        return new BboltStream(state, buckets, root, sizeBytes(), head());
    }

    private byte[] head() {
        byte[] head = new byte[(int) FIRST_TREE_PAGE * Layout.PAGE_BYTES];
        for (int page = 0; page < 2; page++) {
            int at = page * Layout.PAGE_BYTES;
            Layout.writePageHeader(head, at, page, Layout.META, 0, 0);
            new Meta(Layout.PAGE_BYTES, root, FREE_LIST_PAGE, pages, TRANSACTION - page)
                    .write(head, at + Layout.PAGE_HEADER_BYTES);
        }
        Layout.writePageHeader(head, (int) FREE_LIST_PAGE * Layout.PAGE_BYTES, FREE_LIST_PAGE, Layout.FREE_LIST, 0, 0);
        return head;
    }
}
