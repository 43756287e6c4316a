/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import org.apiguardian.api.API;

/** What to do about a downgrade; {@link #ordinal()} is the number on the wire, but for the last one. */
@API(status = API.Status.EXPERIMENTAL)
public enum DowngradeAction {
    /** Ask whether it could begin. */
    VALIDATE,
    /** Begin it. */
    ENABLE,
    /** End it. */
    CANCEL,
    /** A number that is none of these. */
    UNRECOGNIZED
}
