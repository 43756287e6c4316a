/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.storage;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/** Says that disk or files failed. The member that gets it from a write ends; it does not guess. */
@API(status = API.Status.EXPERIMENTAL)
public final class StorageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what failed, with the file
     * @param cause why; null if there is no other exception
     */
    public StorageException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
