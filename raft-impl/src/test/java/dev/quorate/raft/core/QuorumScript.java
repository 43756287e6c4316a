/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The commands of scripts about quorums. What must make no difference is tried too, and shown if it does: the order of
 * the halves, an empty half, twice the same half.
 *
 * <p>Source: etcd-io/raft v3.7.0, {@code quorum/datadriven_test.go}, {@code quorum/majority.go}.
 */
final class QuorumScript implements ScriptRunner {
    private final List<Long> ids = new ArrayList<>();
    private final List<Long> outgoingIds = new ArrayList<>();
    private final List<Long> numbers = new ArrayList<>(); // of the voters in order; 0 for an underscore
    private boolean joint;

    @Override
    public String run(Script.Block block) {
        QuorumScript fresh = new QuorumScript();
        block.args().forEach(fresh::read);
        return fresh.answer(block.command());
    }

    private void read(Script.Arg arg) {
        for (String value : arg.values()) {
            switch (arg.key()) {
                case "cfg" -> ids.add(Long.parseUnsignedLong(value));
                case "cfgj" -> {
                    joint = true;
                    if (!value.equals("zero")) {
                        outgoingIds.add(Long.parseUnsignedLong(value));
                    }
                }
                case "idx" -> numbers.add(value.equals("_") ? 0 : Long.parseUnsignedLong(value));
                case "votes" ->
                    numbers.add(
                            switch (value) {
                                case "y" -> 2L;
                                case "n" -> 1L;
                                case "_" -> 0L;
                                default -> throw new IllegalArgumentException("unknown vote: " + value);
                            });
                default -> throw new IllegalArgumentException("unknown arg " + arg.key());
            }
        }
    }

    private String answer(String command) {
        Joint voters = Joint.of(IdSet.of(ids), IdSet.of(outgoingIds));
        Joint swapped = Joint.of(IdSet.of(outgoingIds), IdSet.of(ids));
        if (voters.ids().size() != numbers.size()) {
            return "error: mismatched input (explicit or _) for voters map["
                    + voters.ids().toList().stream().map(id -> id + ":{}").collect(Collectors.joining(" ")) + "]: "
                    + numbers.stream().map(String::valueOf).collect(Collectors.joining(" ", "[", "]"));
        }
        Map<Long, Long> known = known();
        return switch (command) {
            case "committed" -> committed(voters, swapped, known);
            case "vote" -> vote(voters, swapped, known);
            default -> throw new IllegalArgumentException("unknown command: " + command);
        };
    }

    private Map<Long, Long> known() {
        Map<Long, Long> known = new TreeMap<>();
        List<Long> all = new ArrayList<>(ids);
        all.addAll(outgoingIds);
        int next = 0;
        for (long id : all) {
            if (!known.containsKey(id) && next < numbers.size()) {
                known.put(id, numbers.get(next++));
            }
        }
        known.values().removeIf(number -> number == 0);
        return known;
    }

    private String committed(Joint voters, Joint swapped, Map<Long, Long> known) {
        Majority.Acknowledged acknowledged = id -> known.getOrDefault(id, -1L);
        StringBuilder text = new StringBuilder(describe(voters.ids(), known));
        long index = voters.committedIndex(acknowledged);
        differs(text, index, swapped.committedIndex(acknowledged), "symmetry");
        if (!joint) {
            Majority majority = voters.incoming();
            differs(text, index, majority.committedIndex(acknowledged), "zero-joint quorum");
            differs(text, index, new Joint(majority, majority).committedIndex(acknowledged), "self-joint quorum");
            differs(text, index, byCounting(majority.voters(), known), "alternative computation");
        }
        return text.append(index(index)).append('\n').toString();
    }

    /** The dumb way: the highest index that enough voters have reached. */
    private static long byCounting(IdSet voters, Map<Long, Long> known) {
        if (voters.isEmpty()) {
            return Majority.INFINITE;
        }
        long best = 0;
        for (long candidate : known.values()) {
            long reached = voters.toList().stream()
                    .filter(id -> known.getOrDefault(id, 0L) >= candidate)
                    .count();
            if (2 * reached > voters.size()) {
                best = Math.max(best, candidate);
            }
        }
        return best;
    }

    private static void differs(StringBuilder text, long index, long other, String way) {
        if (index != other) {
            text.append(index(other)).append(" <-- via ").append(way).append('\n');
        }
    }

    private static String index(long index) {
        return index == Majority.INFINITE ? "∞" : String.valueOf(index);
    }

    private String vote(Joint voters, Joint swapped, Map<Long, Long> known) {
        Majority.Ballot ballot = new Majority.Ballot() {
            @Override
            public boolean hasVoted(long id) {
                return known.containsKey(id);
            }

            @Override
            public boolean isYes(long id) {
                return known.getOrDefault(id, 1L) != 1;
            }
        };
        VoteResult result = voters.voteResult(ballot);
        String symmetry =
                swapped.voteResult(ballot) == result ? "" : name(swapped.voteResult(ballot)) + " <-- via symmetry\n";
        return symmetry + name(result) + "\n";
    }

    private static String name(VoteResult result) {
        return switch (result) {
            case PENDING -> "VotePending";
            case LOST -> "VoteLost";
            case WON -> "VoteWon";
        };
    }

    /** Draws how far each voter is: those with a longer bar are further. */
    private static String describe(IdSet voters, Map<Long, Long> known) {
        int count = voters.size();
        if (count == 0) {
            return "<empty majority quorum>";
        }
        List<Long> sorted = new ArrayList<>(voters.toList());
        sorted.sort((a, b) -> Long.compare(known.getOrDefault(a, 0L), known.getOrDefault(b, 0L)));
        Map<Long, Integer> bars = new HashMap<>();
        for (int i = 0; i < count; i++) {
            boolean tie =
                    i > 0 && known.getOrDefault(sorted.get(i - 1), 0L).equals(known.getOrDefault(sorted.get(i), 0L));
            bars.put(sorted.get(i), i == 0 ? 0 : tie ? bars.getOrDefault(sorted.get(i - 1), 0) : i);
        }
        StringBuilder text = new StringBuilder(" ".repeat(count) + "    idx\n");
        for (long id : voters.toList()) {
            int bar = bars.getOrDefault(id, 0);
            text.append(
                            known.containsKey(id)
                                    ? "x".repeat(bar) + ">" + " ".repeat(count - bar)
                                    : "?" + " ".repeat(count))
                    .append(String.format(Locale.ROOT, " %5d    (id=%x)%n", known.getOrDefault(id, 0L), id));
        }
        return text.toString();
    }
}
