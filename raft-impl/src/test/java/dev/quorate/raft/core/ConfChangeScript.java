/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import dev.quorate.raft.spi.ConfChange;
import dev.quorate.raft.spi.ConfChangeSingle;
import java.util.ArrayList;
import java.util.List;

/**
 * The commands of scripts about changes of the configuration alone.
 *
 * <p>Source: etcd-io/raft v3.7.0, {@code confchange/datadriven_test.go}.
 */
final class ConfChangeScript implements ScriptRunner {
    private static final InflightLimits LIMITS = new InflightLimits(10, 0);

    private ConfChanger.Outcome current = new ConfChanger.Outcome(Configuration.EMPTY, ProgressMap.EMPTY);
    private long lastIndex;

    @Override
    public String run(Script.Block block) {
        try {
            List<ConfChangeSingle> changes = changes(block.input());
            ConfChanger changer = new ConfChanger(current, LIMITS, lastIndex);
            current = switch (block.command()) {
                case "simple" -> changer.simple(changes);
                case "enter-joint" ->
                    changer.enterJoint(
                            block.arg("autoleave")
                                    .map(arg -> Script.Arg.truth(arg.value()))
                                    .orElse(false),
                            changes);
                case "leave-joint" -> {
                    if (!changes.isEmpty()) {
                        throw new ScriptException("this command takes no input");
                    }
                    yield changer.leaveJoint();
                }
                default -> throw new ScriptException("unknown command");
            };
            return current.configuration() + "\n" + current.progress();
        } catch (ScriptException | ConfChangeException e) {
            return String.valueOf(e.getMessage());
        } finally {
            lastIndex++;
        }
    }

    /** Reads changes such as {@code v1 l2 r3 u4}: voter, learner, removed, updated. */
    static List<ConfChangeSingle> changes(List<String> input) {
        List<ConfChangeSingle> changes = new ArrayList<>();
        String text = String.join("\n", input).strip();
        if (text.isEmpty()) {
            return changes;
        }
        for (String token : text.split(" ", -1)) {
            if (token.length() < 2) {
                throw new ScriptException("unknown token " + token);
            }
            ConfChange.Type type = switch (token.charAt(0)) {
                case 'v' -> ConfChange.Type.ADD_NODE;
                case 'l' -> ConfChange.Type.ADD_LEARNER_NODE;
                case 'r' -> ConfChange.Type.REMOVE_NODE;
                case 'u' -> ConfChange.Type.UPDATE_NODE;
                default -> throw new ScriptException("unknown input: " + token);
            };
            changes.add(new ConfChangeSingle(type, number(token.substring(1))));
        }
        return changes;
    }

    private static long number(String digits) {
        try {
            return Long.parseUnsignedLong(digits);
        } catch (NumberFormatException e) {
            throw new ScriptException("strconv.ParseUint: parsing \"" + digits + "\": invalid syntax");
        }
    }
}
