/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.snapshot;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/** Says that something is no snapshot, or cannot become one: the message names the place. */
@API(status = API.Status.EXPERIMENTAL)
public final class SnapshotException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what is wrong, and where
     * @param cause why; null if there is no other exception
     */
    public SnapshotException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
