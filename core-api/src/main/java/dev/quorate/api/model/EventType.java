/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import org.apiguardian.api.API;

/** What happened to a key. */
@API(status = API.Status.EXPERIMENTAL)
public enum EventType {
    /** A value was stored. */
    PUT,
    /** The key was deleted. */
    DELETE
}
