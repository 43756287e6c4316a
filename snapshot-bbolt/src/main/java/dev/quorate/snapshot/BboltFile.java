/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.snapshot;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.snapshot.SnapshotFile;
import dev.quorate.api.storage.StorageReader.Cursor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A file that was checked: its meta, every page of every tree, and that each page is used once. If there is a free
 * list, also that it names exactly the pages that are not used; without one, pages that nothing leads to are free, as
 * etcd on Linux leaves them.
 *
 * <p>As in bbolt, a meta page that is no good is passed over if the other one is good: it may have been cut off by a
 * crash.
 */
final class BboltFile implements SnapshotFile {
    private final DataFile file;
    private final Meta meta;
    private final Map<Bytes, Slot> slots = new TreeMap<>();

    /**
     * Where a bucket is.
     *
     * @param page the page that holds its value
     * @param value its value in the root tree
     */
    private record Slot(long page, Bytes value) {}

    private BboltFile(DataFile file, Meta meta) {
        this.file = file;
        this.meta = meta;
    }

    static BboltFile open(Path path) {
        DataFile data = new DataFile(path);
        try {
            BboltFile opened = new BboltFile(data, metaOf(data));
            opened.check();
            return opened;
        } catch (RuntimeException e) {
            data.close();
            throw e;
        }
    }

    private static Meta metaOf(DataFile file) {
        Meta first = metaAt(file, 0, 0);
        Meta second = null;
        if (first != null) {
            second = metaAt(file, first.pageBytes(), 1);
        } else {
            for (int shift = 0; shift <= 14 && second == null; shift++) {
                second = metaAt(file, 1024L << shift, 1);
            }
        }
        Meta found = first == null || (second != null && second.transaction() > first.transaction()) ? second : first;
        if (found == null) {
            throw file.wrong("is no bbolt file: neither page 0 nor page 1 is a valid meta page");
        }
        file.setPageBytes(found.pageBytes());
        if (found.pages() < 3 || found.pages() > file.dataBytes() / found.pageBytes()) {
            throw file.wrong("is cut off: it has " + file.dataBytes() + " bytes instead of "
                    + Long.toUnsignedString(found.pages()) + " pages of " + found.pageBytes());
        }
        return found;
    }

    private static @Nullable Meta metaAt(DataFile file, long offset, long id) {
        int bytes = Layout.PAGE_HEADER_BYTES + Meta.BYTES;
        if (offset + bytes > file.dataBytes()) {
            return null;
        }
        Meta meta = Meta.read(file.read(offset, bytes), id);
        return meta == null || meta.pageBytes() * id != offset ? null : meta;
    }

    private void check() {
        PageMarks marks = new PageMarks(file, meta.pages());
        marks.add(0, 1);
        TreeWalk root = new TreeWalk(file, meta.pages(), marks).from(meta.root());
        while (root.next()) {
            Page page = root.page();
            if (!root.holdsBucket()) {
                throw page.damaged("the root tree holds a row that is no bucket: " + root.key());
            }
            Slot slot = new Slot(page.id(), root.value());
            slots.put(root.key().compact(), slot);
            TreeWalk rows = walk(slot, marks);
            while (rows.next()) {
                refuseBucket(rows);
                rows.value();
            }
        }
        if (meta.freeList() != Meta.NO_FREE_LIST) {
            checkFreeList(marks);
        }
    }

    private static void refuseBucket(TreeWalk rows) {
        if (rows.holdsBucket()) {
            throw rows.page().damaged("holds a bucket inside a bucket, " + rows.key() + ", which etcd never has");
        }
    }

    private TreeWalk walk(Slot slot, @Nullable PageMarks marks) {
        if (slot.value.length() < Layout.BUCKET_HEADER_BYTES) {
            throw file.damaged(slot.page, "a bucket has " + slot.value.length() + " bytes");
        }
        long root = Layout.readLong(slot.value.toArray(), 0);
        TreeWalk walk = new TreeWalk(file, meta.pages(), marks);
        return root == 0 ? walk.over(Page.inline(file, slot.page, slot.value)) : walk.from(root);
    }

    private void checkFreeList(PageMarks marks) {
        long id = meta.freeList();
        if (id < 2 || id >= meta.pages()) {
            throw file.wrong("has its free list at page " + Long.toUnsignedString(id) + " of " + meta.pages());
        }
        long at = id * meta.pageBytes();
        byte[] header = file.read(at, Layout.PAGE_HEADER_BYTES + Long.BYTES);
        long overflow = Layout.readInt(header, Layout.OVERFLOW_AT);
        if (Layout.readLong(header, 0) != id
                || Layout.readShort(header, Layout.FLAGS_AT) != Layout.FREE_LIST
                || overflow >= meta.pages() - id) {
            throw file.damaged(id, "is no free list");
        }
        marks.add(id, overflow);
        long count = Layout.readShort(header, Layout.COUNT_AT);
        at += Layout.PAGE_HEADER_BYTES;
        if (count == 0xFFFF) {
            count = Layout.readLong(header, Layout.PAGE_HEADER_BYTES);
            at += Long.BYTES;
        }
        long room = (id + overflow + 1) * meta.pageBytes() - at;
        if (count < 0 || count > room / Long.BYTES) {
            throw file.damaged(id, "lists " + count + " pages in " + room + " bytes");
        }
        checkFreePages(marks, id, at, count);
        long missing = marks.firstMissing();
        if (missing >= 0) {
            throw file.damaged(missing, "is neither used nor free");
        }
    }

    private void checkFreePages(PageMarks marks, long id, long offset, long count) {
        int batch = 4096;
        for (long done = 0; done < count; done += batch) {
            int some = (int) Math.min(batch, count - done);
            byte[] ids = file.read(offset + done * Long.BYTES, some * Long.BYTES);
            for (int i = 0; i < some; i++) {
                long free = Layout.readLong(ids, i * Long.BYTES);
                if (free < 2 || free >= meta.pages()) {
                    throw file.damaged(id, "lists page " + Long.toUnsignedString(free) + " of " + meta.pages());
                }
                marks.add(free, 0);
            }
        }
    }

    @Override
    public long sizeBytes() {
        return meta.pages() * meta.pageBytes();
    }

    @Override
    public boolean hasHash() {
        return file.hasHash();
    }

    @Override
    public boolean hashMatches() {
        return file.hashMatches();
    }

    @Override
    public List<String> buckets() {
        return slots.keySet().stream().map(Bytes::toUtf8).toList();
    }

    @Override
    public Cursor scan(String bucket) {
        Slot slot = slots.get(Bytes.utf8(bucket));
        if (slot == null) {
            throw new IllegalArgumentException("the snapshot has no bucket " + bucket);
        }
        return new Rows(walk(slot, null));
    }

    @Override
    public void close() {
        file.close();
    }

    /**
     * The rows of one bucket.
     *
     * @param walk where it stands
     */
    private record Rows(TreeWalk walk) implements Cursor {
        @Override
        public boolean next() {
            if (!walk.next()) {
                return false;
            }
            refuseBucket(walk);
            return true;
        }

        @Override
        public Bytes key() {
            return walk.key();
        }

        @Override
        public Bytes value() {
            return walk.value();
        }

        @Override
        public void close() {
            // the file is the owner's
        }
    }
}
