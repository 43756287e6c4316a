/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import org.apiguardian.api.API;

/** In which order a range is answered. */
@API(status = API.Status.EXPERIMENTAL)
public enum SortOrder {
    /** By key, as the store has them. */
    NONE,
    /** Smallest first. */
    ASCEND,
    /** Largest first. */
    DESCEND,
    /** A number that is no order; refused. */
    UNRECOGNIZED
}
