/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

/** Ends whatever a member was doing when its process died. */
final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Crash() {
        super("the process died", null, false, false);
    }
}
