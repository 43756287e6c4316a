/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.api.bytes.Bytes;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks what must be true of every tree, and counts its bytes. */
final class TreeCheck {
    private final TreeShape shape;
    private final Set<Integer> heights = new HashSet<>();
    private @Nullable Bytes last;
    private long newest;

    /** Bytes of all pages and inner nodes, with what the JVM adds to each object. */
    long bytes;

    int pages;

    int entries;

    int tombstones;

    private TreeCheck(TreeShape shape) {
        this.shape = shape;
    }

    static TreeCheck check(TreeView tree, TreeShape shape) {
        TreeCheck check = new TreeCheck(shape);
        long live = check.below(tree.root, 0, null, null);
        assertThat(tree.live).isEqualTo(live);
        assertThat(tree.newest).isGreaterThanOrEqualTo(check.newest);
        assertThat(check.heights).as("heights of pages").hasSize(1);
        for (byte[] chunk : tree.past.chunks()) {
            check.bytes += chunk == null ? 4 : 4 + object(chunk.length);
        }
        return check;
    }

    private static long object(long bytes) {
        return (16 + bytes + 7) / 8 * 8;
    }

    private long below(Object node, int height, @Nullable Bytes from, @Nullable Bytes to) {
        return node instanceof byte[] page ? page(page, height, from, to) : inner((InnerNode) node, height, from, to);
    }

    private long inner(InnerNode inner, int height, @Nullable Bytes from, @Nullable Bytes to) {
        assertThat(inner.size()).isBetween(height == 0 ? 2 : 1, shape.childrenMax());
        assertThat(KeyPage.count(inner.separators())).isEqualTo(inner.size() - 1);
        bytes +=
                object(32) + object(inner.separators().length) + object(4L * inner.size()) + object(16L * inner.size());
        long live = 0;
        for (int i = 0; i < inner.size(); i++) {
            Bytes childFrom = i == 0 ? from : Bytes.wrap(KeyPage.key(inner.separators(), i - 1));
            Bytes childTo = i == inner.size() - 1 ? to : Bytes.wrap(KeyPage.key(inner.separators(), i));
            long outside = newest;
            newest = 0;
            long liveBelow = below(inner.child(i), height + 1, childFrom, childTo);
            assertThat(inner.live(i)).isEqualTo(liveBelow);
            assertThat(inner.newest(i)).isGreaterThanOrEqualTo(newest);
            newest = Math.max(outside, newest);
            live += liveBelow;
        }
        return live;
    }

    private long page(byte[] page, int height, @Nullable Bytes from, @Nullable Bytes to) {
        heights.add(height);
        pages++;
        bytes += object(page.length);
        int count = KeyPage.count(page);
        entries += count;
        assertThat(count).isGreaterThanOrEqualTo(height == 0 ? 0 : 1);
        assertThat(count < 2 || KeyPage.size(page) <= shape.pageBytesMax()).isTrue();
        VersionIndex.Version version = new VersionIndex.Version();
        int live = 0;
        for (int i = 0; i < count; i++) {
            Bytes key = Bytes.wrap(KeyPage.key(page, i));
            assertThat(last == null || last.compareTo(key) < 0).isTrue();
            assertThat(from == null || from.compareTo(key) <= 0).isTrue();
            assertThat(to == null || to.compareTo(key) > 0).isTrue();
            assertThat(KeyPage.search(page, key)).isEqualTo(i);
            KeyPage.readHead(page, i, version);
            assertThat(KeyPage.isLive(page, i)).isEqualTo(version.isLive());
            live += version.isLive() ? 1 : 0;
            newest = Math.max(newest, version.isLive() ? version.create() : version.main());
            last = key;
        }
        assertThat(KeyPage.dead(page)).isEqualTo(count - live);
        tombstones += count - live;
        return live;
    }
}
