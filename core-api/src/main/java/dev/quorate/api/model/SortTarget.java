/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import org.apiguardian.api.API;

/** By what a range is sorted. */
@API(status = API.Status.EXPERIMENTAL)
public enum SortTarget {
    /** By key. */
    KEY,
    /** By version. */
    VERSION,
    /** By create revision. */
    CREATE,
    /** By mod revision. */
    MOD,
    /** By the bytes of the value. */
    VALUE,
    /** A number that is no target; refused. */
    UNRECOGNIZED
}
