/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.error;

import org.apiguardian.api.API;

/** An expected outcome other than success, as clients know it. Carries no stack trace: it is part of the contract. */
@API(status = API.Status.EXPERIMENTAL)
public final class EtcdException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final StatusCode code;

    /**
     * Creates the exception of an outcome in the table.
     *
     * @param error the outcome
     */
    public EtcdException(EtcdError error) {
        this(error.code(), error.text());
    }

    /**
     * Creates the exception of an outcome whose text holds values.
     *
     * @param code the code
     * @param text the text that clients see
     */
    public EtcdException(StatusCode code, String text) {
        super(text, null, false, false);
        this.code = code;
    }

    /**
     * Returns the code that clients see.
     *
     * @return the code
     */
    public StatusCode code() {
        return code;
    }

    /**
     * Tells whether this is one outcome of the table.
     *
     * @param error the outcome
     * @return true if code and text are its own
     */
    public boolean is(EtcdError error) {
        return code == error.code() && error.text().equals(getMessage());
    }
}
