/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.bytes;

import org.apiguardian.api.API;

/** Says that bytes are not a protocol-buffer message. */
@API(status = API.Status.EXPERIMENTAL)
public final class MalformedProtoException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what does not fit, with the values involved
     */
    public MalformedProtoException(String message) {
        super(message);
    }
}
