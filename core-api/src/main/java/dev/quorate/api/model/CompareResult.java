/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import org.apiguardian.api.API;

/** Which outcome of a comparison makes it true. */
@API(status = API.Status.EXPERIMENTAL)
public enum CompareResult {
    /** Both are the same. */
    EQUAL,
    /** What is stored is greater. */
    GREATER,
    /** What is stored is less. */
    LESS,
    /** They differ. */
    NOT_EQUAL,
    /** A number that is no outcome; always true. */
    UNRECOGNIZED
}
