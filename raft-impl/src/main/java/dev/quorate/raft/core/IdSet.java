/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.StringJoiner;

/** A set of member ids, in the order of unsigned numbers. Immutable; groups are small, so it is a sorted array. */
final class IdSet {
    static final IdSet EMPTY = new IdSet(new long[0]);

    private final long[] ids;

    private IdSet(long[] ids) {
        this.ids = ids;
    }

    static IdSet of(Collection<Long> ids) {
        IdSet set = EMPTY;
        for (long id : ids) {
            set = set.with(id);
        }
        return set;
    }

    int size() {
        return ids.length;
    }

    boolean isEmpty() {
        return ids.length == 0;
    }

    long at(int position) {
        return ids[position];
    }

    boolean contains(long id) {
        for (long each : ids) {
            if (each == id) {
                return true;
            }
        }
        return false;
    }

    IdSet with(long id) {
        if (contains(id)) {
            return this;
        }
        int at = 0;
        while (at < ids.length && Long.compareUnsigned(ids[at], id) < 0) {
            at++;
        }
        long[] more = new long[ids.length + 1];
        System.arraycopy(ids, 0, more, 0, at);
        more[at] = id;
        System.arraycopy(ids, at, more, at + 1, ids.length - at);
        return new IdSet(more);
    }

    IdSet without(long id) {
        return contains(id)
                ? new IdSet(Arrays.stream(ids).filter(each -> each != id).toArray())
                : this;
    }

    IdSet union(IdSet other) {
        IdSet all = this;
        for (long id : other.ids) {
            all = all.with(id);
        }
        return all;
    }

    /** Counts the ids that are in one of the two sets only. */
    int differences(IdSet other) {
        return 2 * union(other).size() - size() - other.size();
    }

    List<Long> toList() {
        List<Long> list = new ArrayList<>(ids.length);
        for (long id : ids) {
            list.add(id);
        }
        return list;
    }

    /** Prints the ids as etcd does: hexadecimal, {@code (1 2 a)}. */
    @Override
    public String toString() {
        StringJoiner text = new StringJoiner(" ", "(", ")");
        for (long id : ids) {
            text.add(Long.toHexString(id));
        }
        return text.toString();
    }
}
