/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import java.util.List;
import java.util.Locale;

/**
 * What a script answers; nothing at log level "none", whose reach goes beyond the log. Log lines are not made at all.
 */
final class ScriptOutput {
    private static final List<String> LEVELS = List.of("DEBUG", "INFO", "WARN", "ERROR", "FATAL", "NONE");

    private StringBuilder text = new StringBuilder();
    private int level;

    void print(String more) {
        if (!isQuiet()) {
            text.append(more);
        }
    }

    void println(String line) {
        print(line + "\n");
    }

    boolean isQuiet() {
        return level == LEVELS.size() - 1;
    }

    int level() {
        return level;
    }

    void level(int number) {
        level = number;
    }

    void level(String name) {
        int number = LEVELS.indexOf(name.toUpperCase(Locale.ROOT));
        if (number < 0) {
            throw new ScriptException("log levels must be either of [" + String.join(" ", LEVELS) + "]");
        }
        level = number;
    }

    /** Runs something and moves what it prints to the right. */
    void indented(Runnable task) {
        StringBuilder outer = text;
        text = new StringBuilder();
        try {
            task.run();
        } finally {
            text.toString()
                    .lines()
                    .forEach(line -> outer.append("  ").append(line).append('\n'));
            text = outer;
        }
    }

    /** Returns what was printed, and forgets it. */
    String take() {
        String taken = text.toString();
        text = new StringBuilder();
        return taken;
    }
}
