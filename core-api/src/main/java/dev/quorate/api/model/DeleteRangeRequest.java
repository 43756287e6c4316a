/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import org.apiguardian.api.API;

/**
 * Asks to delete the keys of a range.
 *
 * @param range which keys
 * @param prevKv answer with what was there before
 */
@API(status = API.Status.EXPERIMENTAL)
public record DeleteRangeRequest(KeyRange range, boolean prevKv) implements RequestOp {

    /**
     * Asks to delete a range.
     *
     * @param range which keys
     * @return the request
     */
    public static DeleteRangeRequest of(KeyRange range) {
        return new DeleteRangeRequest(range, false);
    }
}
