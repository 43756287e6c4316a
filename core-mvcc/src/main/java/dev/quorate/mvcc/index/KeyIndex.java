/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc.index;

import dev.quorate.api.bytes.Bytes;
import org.apiguardian.api.API;

/**
 * The index: a tree of the newest version of each key, and beside it those that are past.
 *
 * <pre>
 *              InnerNode  children, live keys below each
 *             /    |    \
 *       KeyPage KeyPage KeyPage          keys in their order, with their Heads: newest version
 *          |        \
 *          |  past   |  past
 *          v         v
 *   [ version  version  version … ]      PastVersions, by when they became past; compaction takes the beginning
 *
 *   Tombstones: keys whose newest version says that they are gone; compaction takes them out of the tree
 * </pre>
 *
 * <p>A change copies the nodes from the root to one page, once in each publication. Views keep what they saw, for as
 * long as somebody holds them. Confined to the writer, but for the views that {@link #publish} returns.
 */
@API(status = API.Status.INTERNAL)
public final class KeyIndex implements VersionIndex {
    private final PastLog log = new PastLog();
    private final TreeWriter writer;
    private final Tombstones tombstones = new Tombstones();
    private TreeView published;
    private boolean changed;

    /** Creates an index without keys. */
    public KeyIndex() {
        this(TreeShape.USUAL);
    }

    KeyIndex(TreeShape shape) {
        writer = new TreeWriter(shape, log);
        published = writer.publish();
    }

    @Override
    public void put(Bytes key, long main, long sub, long create, long version) {
        changed = true;
        writer.put(key, main, sub, create, version);
    }

    @Override
    public void tombstone(Bytes key, long main, long sub) {
        changed = true;
        if (writer.put(key, main, sub, main, 0)) {
            tombstones.add(main, key);
        }
    }

    @Override
    public boolean compact(long main, int limit) {
        changed = true;
        writer.forgetPast(main);
        for (int i = 0; i < limit; i++) {
            Bytes key = tombstones.poll(main);
            if (key == null) {
                return false;
            }
            writer.remove(key, main);
        }
        return tombstones.has(main);
    }

    @Override
    public View draft() {
        return writer.tree();
    }

    @Override
    public View publish() {
        if (changed) {
            published = writer.publish();
            changed = false;
        }
        return published;
    }
}
