/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import org.apiguardian.api.API;

/** What is wrong with a member. */
@API(status = API.Status.EXPERIMENTAL)
public enum AlarmType {
    /** Nothing, or any. */
    NONE,
    /** Its storage is as large as its quota. */
    NOSPACE,
    /** Its data differs from the others'. */
    CORRUPT,
    /** A number that is no alarm. */
    UNRECOGNIZED
}
