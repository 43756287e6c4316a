/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

/** A change of the configuration that must not be made. */
final class ConfChangeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ConfChangeException(String message) {
        super(message);
    }
}
