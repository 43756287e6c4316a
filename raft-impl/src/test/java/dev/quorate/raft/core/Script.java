/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A script of commands with the answers that are expected: a command line, perhaps lines of input, {@code ----}, the
 * answer, a blank line. Answers that hold blank lines stand between pairs of {@code ----}.
 *
 * <p>Source: cockroachdb/datadriven v1.0.2, {@code line_parser.go} and {@code test_data_reader.go}.
 */
record Script(List<Block> blocks) {
    private static final Pattern LOG_LINE = Pattern.compile("^\\s*(DEBUG|INFO|WARN|ERROR) .*", Pattern.DOTALL);
    private static final String SEPARATOR = "----";

    /** A command and the answer to it. */
    record Block(int line, String command, List<Arg> args, List<String> input, List<String> expected) {
        /** Tells whether an answer is the expected one; log lines do not count. */
        boolean isEqual(String answer) {
            return relevant(answer.lines().toList()).equals(relevant(expected));
        }

        Optional<Arg> arg(String key) {
            return args.stream().filter(arg -> arg.key().equals(key)).findFirst();
        }

        /** Returns the numbers of the nodes that are named: the arguments without a value. */
        List<Integer> nodes() {
            return args.stream()
                    .filter(arg -> arg.values().isEmpty())
                    .map(arg -> Integer.parseInt(arg.key()))
                    .toList();
        }

        int firstNode() {
            return Integer.parseInt(args.get(0).key());
        }
    }

    /** An argument: {@code key}, {@code key=value} or {@code key=(value, value)}. */
    record Arg(String key, List<String> values) {
        String value() {
            if (values.size() != 1) {
                throw new IllegalArgumentException(key + " has " + values.size() + " values");
            }
            return values.get(0);
        }

        static boolean truth(String value) {
            return switch (value) {
                case "1", "t", "T", "true", "TRUE", "True" -> true;
                case "0", "f", "F", "false", "FALSE", "False" -> false;
                default -> throw new IllegalArgumentException("not a truth value: " + value);
            };
        }
    }

    static List<String> relevant(List<String> lines) {
        List<String> left = lines.stream()
                .filter(line -> !LOG_LINE.matcher(line).matches())
                .map(String::stripTrailing)
                .toList();
        return left.stream().allMatch(String::isEmpty) ? List.of("ok") : left;
    }

    static Script parse(List<String> lines) {
        List<Block> blocks = new ArrayList<>();
        Lines rest = new Lines(lines);
        while (rest.hasNext()) {
            int number = rest.number();
            String line = rest.next().strip();
            if (line.startsWith("#")) {
                continue;
            }
            while (line.endsWith("\\") && rest.hasNext()) {
                line = line.substring(0, line.length() - 1) + " " + rest.next().strip();
            }
            if (line.isEmpty()) {
                continue;
            }
            blocks.add(block(number, line, rest));
        }
        return new Script(blocks);
    }

    private static Block block(int number, String line, Lines rest) {
        int end = line.indexOf(' ') < 0 ? line.length() : line.indexOf(' ');
        List<String> input = new ArrayList<>();
        boolean separated = false;
        while (!separated && rest.hasNext()) {
            String next = rest.next();
            separated = next.equals(SEPARATOR);
            if (!separated) {
                input.add(next);
            }
        }
        List<String> expected = separated ? expected(rest) : List.of();
        return new Block(number, line.substring(0, end), args(line.substring(end)), input, expected);
    }

    private static List<String> expected(Lines rest) {
        List<String> expected = new ArrayList<>();
        String line = rest.hasNext() ? rest.next() : "";
        if (!line.equals(SEPARATOR)) {
            while (!line.isBlank()) {
                expected.add(line);
                line = rest.hasNext() ? rest.next() : "";
            }
            return expected;
        }
        while (rest.hasNext()) {
            line = rest.next();
            if (line.equals(SEPARATOR) && rest.hasNext()) {
                String second = rest.next();
                if (second.equals(SEPARATOR)) {
                    return expected;
                }
                expected.add(line);
                line = second;
            }
            expected.add(line);
        }
        return expected;
    }

    private static List<Arg> args(String text) {
        List<Arg> args = new ArrayList<>();
        String rest = text.strip();
        while (!rest.isEmpty()) {
            int end = indexOfAny(rest, " =");
            String key = rest.substring(0, end);
            rest = rest.substring(end);
            List<String> values = List.of();
            if (rest.startsWith("=(")) {
                int close = close(rest);
                values = values(rest.substring(2, close));
                rest = rest.substring(close + 1);
            } else if (rest.startsWith("=")) {
                int space = indexOfAny(rest, " ");
                values = List.of(rest.substring(1, space));
                rest = rest.substring(space);
            }
            args.add(new Arg(key, values));
            rest = rest.strip();
        }
        return args;
    }

    private static int indexOfAny(String text, String chars) {
        int at = 0;
        while (at < text.length() && chars.indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return at;
    }

    private static int close(String text) {
        int depth = 0;
        for (int at = 1; at < text.length(); at++) {
            char c = text.charAt(at);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (depth == 0) {
                return at;
            }
        }
        throw new IllegalArgumentException(String.format(Locale.ROOT, "a parenthesis is not closed: %s", text));
    }

    private static List<String> values(String text) {
        List<String> values = new ArrayList<>();
        int depth = 0;
        int start = 0;
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (c == ',' && depth == 0) {
                values.add(text.substring(start, at));
                start = at + 1;
                while (start < text.length() && text.charAt(start) == ' ') {
                    start++;
                }
            }
        }
        values.add(text.substring(start));
        return values;
    }

    private static final class Lines {
        private final List<String> lines;
        private int at;

        Lines(List<String> lines) {
            this.lines = lines;
        }

        boolean hasNext() {
            return at < lines.size();
        }

        String next() {
            return lines.get(at++);
        }

        int number() {
            return at + 1;
        }
    }
}
