/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc;

import org.apiguardian.api.API;

/** Takes changes of the past one after the other. */
@API(status = API.Status.EXPERIMENTAL)
@FunctionalInterface
public interface ChangeVisitor {
    /**
     * Takes a change.
     *
     * @param change the change; comes after all that happened before it
     * @return false to see no more
     */
    boolean visit(Change change);
}
