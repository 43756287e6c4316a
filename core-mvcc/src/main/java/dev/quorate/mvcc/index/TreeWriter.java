/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc.index;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.mvcc.index.VersionIndex.Version;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Changes the tree: one key at a time, from the root to a page and back. Confined to the writer.
 *
 * <p>A step on the way back gets what has come of a child: the same node if it was changed in place, another one, or
 * {@link Pieces} if it was cut, joined or emptied.
 */
final class TreeWriter {
    private final TreeShape shape;
    private final TreeView tree;
    private final PastLog log;
    private final Version old = new Version();
    private final byte[] head = new byte[Heads.LENGTH_MAX];
    private long draft = 1;

    // The change that is being made, and what is known of it so far.
    private Bytes key = Bytes.EMPTY;
    private @Nullable Change change; // null: the tombstone of the key is taken out
    private long main;
    private long more; // how many keys have come
    private boolean changed;

    /** What a put or a deletion says. */
    private static final class Change {
        long sub;
        long create;
        long version;
    }

    private final Change written = new Change();

    TreeWriter(TreeShape shape, PastLog log) {
        this.shape = shape;
        this.log = log;
        tree = new TreeView(emptyPage(), 0, 0, log.versions());
    }

    private byte[] emptyPage() {
        return KeyPage.fill(draft, new Entries(0), 0, 0);
    }

    /** Returns the state that is being made. */
    TreeView tree() {
        return tree;
    }

    /** Makes what is there unchangeable: from now on copies are changed. */
    TreeView publish() {
        draft++;
        return tree.copy();
    }

    /** Adds a version of a key; returns false if it is a tombstone of a key that the tree does not know. */
    boolean put(Bytes newKey, long newMain, long sub, long create, long version) {
        written.sub = sub;
        written.create = create;
        written.version = version;
        change = written;
        apply(newKey, newMain);
        return changed;
    }

    /** Forgets past versions that nobody needs who reads at a revision and later. */
    void forgetPast(long atMain) {
        log.compact(atMain);
        tree.past = log.versions();
    }

    /** Takes a key out of the tree if it is a tombstone not younger than a revision. */
    void remove(Bytes oldKey, long atMain) {
        change = null;
        apply(oldKey, atMain);
    }

    private void apply(Bytes newKey, long newMain) {
        key = newKey;
        main = newMain;
        more = 0;
        changed = false;
        Object root = edit(tree.root, tree.newest);
        while (root instanceof Pieces pieces) {
            root = pieces.size() == 0 ? emptyPage() : single(InnerNode.above(draft, shape, pieces));
        }
        while (root instanceof InnerNode inner && inner.size() == 1) {
            root = inner.child(0);
        }
        tree.root = root;
        tree.past = log.versions();
        if (more != 0) {
            tree.live += more;
            tree.newest = main;
        }
        key = Bytes.EMPTY;
    }

    /** Does the change below a node; returns what has come of it. */
    private Object edit(Object node, long newest) {
        if (node instanceof byte[] page) {
            return change == null ? remove(page) : put(page, change, newest);
        }
        InnerNode inner = (InnerNode) node;
        int i = inner.childOf(key);
        Object child = inner.child(i);
        Object next = edit(child, inner.newest(i));
        if (!changed || (next == child && more == 0 && change != null)) {
            return inner;
        }
        inner = inner.writable(draft);
        if (more != 0) {
            inner.addLive(i, more, main);
        }
        if (next instanceof Pieces pieces) {
            return single(inner.replace(shape, i, i + 1, pieces));
        }
        inner.setChild(i, next);
        return change == null ? join(inner, i) : inner;
    }

    private static Object single(Pieces pieces) {
        return pieces.size() == 1 ? pieces.node(0) : pieces;
    }

    private Object put(byte[] page, Change put, long newest) {
        int i = KeyPage.search(page, key);
        if (i < 0) {
            return put.version == 0 ? page : insert(page, -1 - i, put, newest);
        }
        changed = true;
        KeyPage.readHead(page, i, old);
        long past = old.main() == main ? old.past() : log.add(old, main);
        int length = Heads.write(head, main, put.sub, put.create, put.version, past);
        more = (put.version == 0 ? 0L : 1L) - (old.isLive() ? 1L : 0L);
        int growth = length - KeyPage.tailLength(page, i);
        if (growth > 0 && KeyPage.size(page) + growth > shape.pageBytesMax()) {
            Entries entries = new Entries(KeyPage.count(page)).addAll(page);
            entries.setTail(i, Arrays.copyOf(head, length));
            Pieces pieces = new Pieces(2);
            cut(entries, 0, entries.size(), newest, pieces);
            return single(pieces);
        }
        byte[] target = KeyPage.writable(page, draft, growth);
        KeyPage.setTail(target, i, head, length);
        KeyPage.addDead(target, (int) -more);
        return target;
    }

    private Object insert(byte[] page, int i, Change put, long newest) {
        changed = true;
        more = 1;
        int length = Heads.write(head, main, put.sub, put.create, put.version, 0);
        if (KeyPage.fitsPrefix(page, key)) {
            int growth = KeyPage.growth(page, key.length(), length);
            if (KeyPage.size(page) + growth <= shape.pageBytesMax()) {
                byte[] target = KeyPage.writable(page, draft, growth);
                KeyPage.insert(target, i, key, head, length);
                return target;
            }
        }
        int count = KeyPage.count(page) + 1;
        Entries entries = new Entries(count).addAll(page);
        entries.add(i, key.toArray(), Arrays.copyOf(head, length));
        Pieces pieces = new Pieces(2);
        if ((i > 0 && i < count - 1) || entries.pageSize(0, count) <= shape.pageBytesMax()) {
            cut(entries, 0, count, newest, pieces);
        } else {
            // At an end it begins a page: keys that come in their order fill one page after the other.
            int middle = i == 0 ? Math.min(1, count - 1) : i;
            cut(entries, 0, middle, newest, pieces);
            cut(entries, middle, count, newest, pieces);
        }
        return single(pieces);
    }

    /** Makes pages of entries: one if it holds them, else of both halves. */
    private void cut(Entries entries, int from, int to, long newest, Pieces into) {
        if (to - from > 1 && entries.pageSize(from, to) > shape.pageBytesMax()) {
            int middle = entries.middle(from, to);
            cut(entries, from, middle, newest, into);
            cut(entries, middle, to, newest, into);
        } else if (from < to) {
            byte[] page = KeyPage.fill(draft, entries, from, to);
            byte[] separator = from == 0 ? page : entries.separator(from);
            into.add(separator, page, to - from - KeyPage.dead(page), more == 0 ? newest : main);
        }
    }

    private Object remove(byte[] page) {
        int i = KeyPage.search(page, key);
        if (i < 0) {
            return page;
        }
        KeyPage.readHead(page, i, old);
        if (old.isLive() || old.main() > main) {
            return page;
        }
        changed = true;
        if (KeyPage.count(page) == 1) {
            return new Pieces(0);
        }
        byte[] target = KeyPage.writable(page, draft, 0);
        KeyPage.remove(target, i);
        KeyPage.addDead(target, -1);
        return target;
    }

    /** Joins a child that has become small with a neighbour, if the two leave some room in what holds both. */
    private Object join(InnerNode inner, int i) {
        if (inner.size() == 1) {
            return inner;
        }
        int left = Math.max(0, i - 1);
        Object one = inner.child(left);
        Object other = inner.child(left + 1);
        Pieces joined = null;
        if (one instanceof InnerNode leftNode && other instanceof InnerNode rightNode) {
            boolean small = ((InnerNode) inner.child(i)).size() < shape.childrenMin();
            if (small && leftNode.size() + rightNode.size() <= shape.joinedChildrenMax()) {
                byte[] separator = KeyPage.key(inner.separators(), left);
                joined = InnerNode.join(draft, shape, leftNode, separator, rightNode);
            }
        } else if (one instanceof byte[] leftPage && other instanceof byte[] rightPage) {
            boolean small = KeyPage.size((byte[]) inner.child(i)) < shape.pageBytesMin();
            int bytesMax = shape.joinedPageBytesMax();
            if (small && KeyPage.size(leftPage) + KeyPage.size(rightPage) <= bytesMax) {
                long newest = Math.max(inner.newest(left), inner.newest(left + 1));
                joined = join(leftPage, rightPage, newest, bytesMax);
            }
        }
        return joined == null ? inner : single(inner.replace(shape, left, left + 2, joined));
    }

    private @Nullable Pieces join(byte[] left, byte[] right, long newest, int bytesMax) {
        int count = KeyPage.count(left) + KeyPage.count(right);
        Entries entries = new Entries(count).addAll(left).addAll(right);
        if (entries.pageSize(0, count) > bytesMax) {
            return null;
        }
        Pieces pieces = new Pieces(2);
        cut(entries, 0, count, newest, pieces);
        return pieces;
    }
}
