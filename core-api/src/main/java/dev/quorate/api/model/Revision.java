/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import org.apiguardian.api.API;

/**
 * A position in the history of the store: one main revision per change that became visible at once, and the place
 * within it. Ordered as history is.
 *
 * @param main main revision; the first change of a store has 2
 * @param sub place among the changes of that revision, from 0
 */
@API(status = API.Status.EXPERIMENTAL)
public record Revision(long main, long sub) implements Comparable<Revision> {

    @Override
    public int compareTo(Revision other) {
        int order = Long.compare(main, other.main);
        return order != 0 ? order : Long.compare(sub, other.sub);
    }
}
