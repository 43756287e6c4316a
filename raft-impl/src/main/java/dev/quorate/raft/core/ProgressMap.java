/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The progress of each member, in the order of unsigned ids. The map is immutable, what it holds is not. */
final class ProgressMap {
    static final ProgressMap EMPTY = new ProgressMap(IdSet.EMPTY, new Progress[0]);

    /** Is shown a member. */
    @FunctionalInterface
    interface Visitor {
        void visit(long id, Progress progress);
    }

    private final IdSet ids;
    private final Progress[] all;

    private ProgressMap(IdSet ids, Progress[] all) {
        this.ids = ids;
        this.all = all;
    }

    private int position(long id) {
        for (int i = 0; i < all.length; i++) {
            if (ids.at(i) == id) {
                return i;
            }
        }
        return -1;
    }

    @Nullable
    Progress get(long id) {
        int at = position(id);
        return at < 0 ? null : all[at];
    }

    boolean contains(long id) {
        return position(id) >= 0;
    }

    IdSet ids() {
        return ids;
    }

    void forEach(Visitor visitor) {
        for (int i = 0; i < all.length; i++) {
            visitor.visit(ids.at(i), all[i]);
        }
    }

    ProgressMap with(long id, Progress progress) {
        IdSet more = ids.with(id);
        Progress[] those = new Progress[more.size()];
        for (int i = 0; i < those.length; i++) {
            int at = position(more.at(i));
            those[i] = more.at(i) == id || at < 0 ? progress : all[at];
        }
        return new ProgressMap(more, those);
    }

    ProgressMap without(long id) {
        int at = position(id);
        if (at < 0) {
            return this;
        }
        Progress[] fewer = Arrays.copyOf(all, all.length - 1);
        System.arraycopy(all, at + 1, fewer, at, fewer.length - at);
        return new ProgressMap(ids.without(id), fewer);
    }

    /** Returns a map with copies of each progress. */
    ProgressMap copy() {
        Progress[] copies = new Progress[all.length];
        Arrays.setAll(copies, i -> all[i].copy());
        return new ProgressMap(ids, copies);
    }

    /** Prints a line for each member, as etcd does. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        forEach((id, progress) -> text.append(Long.toUnsignedString(id))
                .append(": ")
                .append(progress)
                .append('\n'));
        return text.toString();
    }
}
