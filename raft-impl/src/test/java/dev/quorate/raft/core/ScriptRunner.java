/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

/** Runs the blocks of one script, one after the other. */
@FunctionalInterface
interface ScriptRunner {
    /** Returns the answer to a command. */
    String run(Script.Block block);

    /** Returns what runs a script: its commands tell which language it is in. */
    static ScriptRunner of(Script script) {
        for (Script.Block block : script.blocks()) {
            switch (block.command()) {
                case "committed", "vote" -> {
                    return new QuorumScript();
                }
                case "simple", "enter-joint", "leave-joint" -> {
                    return new ConfChangeScript();
                }
                default -> {}
            }
        }
        return new InteractionCommands();
    }
}
