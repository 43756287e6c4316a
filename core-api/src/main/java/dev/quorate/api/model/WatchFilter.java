/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import org.apiguardian.api.API;

/** Which events a watch leaves out. */
@API(status = API.Status.EXPERIMENTAL)
public enum WatchFilter {
    /** Those of puts. */
    NO_PUT,
    /** Those of deletions. */
    NO_DELETE
}
