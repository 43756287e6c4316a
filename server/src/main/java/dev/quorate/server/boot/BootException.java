/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.boot;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/** Says why a member cannot start. Nothing was changed, and the message is for the person who started it. */
@API(status = API.Status.EXPERIMENTAL)
public final class BootException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message why, with the values involved and what to do
     */
    public BootException(String message) {
        this(message, null);
    }

    /**
     * Creates the exception.
     *
     * @param message why, with the values involved and what to do
     * @param cause what was found; null if there is no other exception
     */
    public BootException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
