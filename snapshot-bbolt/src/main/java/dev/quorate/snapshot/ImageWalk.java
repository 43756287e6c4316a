/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.snapshot;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.storage.Bucket;
import dev.quorate.api.storage.StorageReader;
import dev.quorate.api.storage.StorageReader.Cursor;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One way through a state: every bucket becomes a tree, and the buckets themselves become the root tree. Steppable. */
final class ImageWalk implements AutoCloseable {
    private final StorageReader state;
    private final Iterator<Bucket> buckets;
    private final PageSink sink;
    private final TreeWriter rootTree;
    private @Nullable Bucket bucket;
    private @Nullable Cursor cursor;
    private @Nullable TreeWriter tree;
    private long root;

    /**
     * Begins a walk.
     *
     * @param state what to write
     * @param buckets which buckets, in the order of their names
     * @param sink takes the pages
     */
    ImageWalk(StorageReader state, List<Bucket> buckets, PageSink sink) {
        this.state = state;
        this.buckets = buckets.iterator();
        this.sink = sink;
        this.rootTree = new TreeWriter(sink, Layout.HOLDS_BUCKET);
    }

    /**
     * Takes the next row.
     *
     * @return false if everything was written
     */
    boolean step() {
        if (cursor == null || tree == null || bucket == null) {
            return open();
        }
        if (cursor.next()) {
            tree.add(cursor.key(), cursor.value());
            return true;
        }
        close();
        rootTree.add(Bytes.utf8(bucket.name()), finish(tree));
        tree = null;
        return true;
    }

    private boolean open() {
        if (!buckets.hasNext()) {
            root = rootTree.finish();
            return false;
        }
        Bucket next = buckets.next();
        bucket = next;
        tree = new TreeWriter(sink, 0);
        cursor = state.scan(next, Bytes.EMPTY, null, false);
        return true;
    }

    private static Bytes finish(TreeWriter tree) {
        Node inline = tree.inline();
        byte[] value = new byte[Layout.BUCKET_HEADER_BYTES + (inline == null ? 0 : inline.size())];
        if (inline == null) {
            Layout.writeLong(value, 0, tree.finish());
        } else {
            inline.write(0, 0, value, Layout.BUCKET_HEADER_BYTES);
        }
        return Bytes.wrap(value);
    }

    /** Returns the page of the root, once {@link #step} has returned false. */
    long root() {
        return root;
    }

    @Override
    public void close() {
        Cursor open = cursor;
        cursor = null;
        if (open != null) {
            open.close();
        }
    }
}
