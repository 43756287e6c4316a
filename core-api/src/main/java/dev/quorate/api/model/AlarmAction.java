/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import org.apiguardian.api.API;

/** What to do with an alarm. */
@API(status = API.Status.EXPERIMENTAL)
public enum AlarmAction {
    /** List. */
    GET,
    /** Raise. */
    ACTIVATE,
    /** Lift. */
    DEACTIVATE,
    /** A number that is no action. */
    UNRECOGNIZED
}
