/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import org.apiguardian.api.API;

/** What a comparison looks at. */
@API(status = API.Status.EXPERIMENTAL)
public enum CompareTarget {
    /** The version. */
    VERSION,
    /** The create revision. */
    CREATE,
    /** The mod revision. */
    MOD,
    /** The bytes of the value. */
    VALUE,
    /** The id of the lease. */
    LEASE,
    /** A number that is no target; compares as equal. */
    UNRECOGNIZED
}
