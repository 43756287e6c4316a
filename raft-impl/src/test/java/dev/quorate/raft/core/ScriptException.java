/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

/** An error that belongs to the answer of a script. */
final class ScriptException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ScriptException(String message) {
        super(message);
    }
}
