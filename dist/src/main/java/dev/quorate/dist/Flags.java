/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The flags of the server, as the table {@code flags.tsv} has them, and the way from a command line to settings.
 *
 * <p>The command line follows Go's rules: one or two dashes, {@code =value} or the next word, truth values without one,
 * the last one wins.
 */
final class Flags {
    private final Map<String, Flag> table = new LinkedHashMap<>();

    private Flags() {}

    static Flags load() {
        Flags flags = new Flags();
        try (InputStream table = Objects.requireNonNull(Flags.class.getResourceAsStream("flags.tsv"));
                BufferedReader lines = new BufferedReader(new InputStreamReader(table, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.startsWith("#")) {
                    String[] cells = line.split("\t", -1);
                    Flag.Fate fate = Flag.Fate.valueOf(cells[4].toUpperCase(Locale.ROOT));
                    flags.table.put(cells[0], new Flag(cells[0], cells[1], cells[2], cells[3], fate));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return flags;
    }

    Iterable<Flag> all() {
        return table.values();
    }

    Flag get(String name) {
        return Objects.requireNonNull(table.get(name), name);
    }

    @Nullable
    Flag byYamlKey(String key) {
        return table.values().stream()
                .filter(flag -> flag.yamlKey().equals(key))
                .findFirst()
                .orElse(null);
    }

    /**
     * Reads a command line.
     *
     * @param arguments its words
     * @return values by name of the flag
     * @throws UsageException if it is wrong
     */
    Map<String, String> parse(List<String> arguments) {
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < arguments.size(); i++) {
            String word = arguments.get(i);
            if (word.equals("--") && i + 1 == arguments.size()) {
                break; // the end of flags, with nothing behind it
            }
            if (!word.startsWith("-") || word.equals("-") || word.equals("--")) {
                String stray = word.equals("--") ? arguments.get(i + 1) : word;
                throw new UsageException(1, "\"" + stray + "\" is not a valid flag");
            }
            String body = word.substring(word.startsWith("--") ? 2 : 1);
            int equals = body.indexOf('=');
            String name = equals < 0 ? body : body.substring(0, equals);
            if (name.equals("h") || name.equals("help")) {
                throw new UsageException(0, "");
            }
            Flag flag = table.get(name);
            if (flag == null) {
                throw new UsageException(2, "flag provided but not defined: -" + name);
            }
            String value;
            if (equals >= 0) {
                value = body.substring(equals + 1);
            } else if (flag.isBoolean()) {
                value = "true";
            } else if (i + 1 < arguments.size()) {
                value = arguments.get(++i);
            } else {
                throw new UsageException(2, "flag needs an argument: -" + name);
            }
            try {
                Values.check(flag, value);
            } catch (IllegalArgumentException e) {
                throw new UsageException(
                        2,
                        (flag.isBoolean() ? "invalid boolean value \"" : "invalid value \"") + value + "\" for "
                                + (flag.isBoolean() ? "-" : "flag -") + name + ": " + e.getMessage());
            }
            values.put(name, value);
        }
        return values;
    }

    /** Says that the command line is wrong, or asks for help. */
    static final class UsageException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final int exitCode;

        UsageException(int exitCode, String message) {
            super(message);
            this.exitCode = exitCode;
        }

        int exitCode() {
            return exitCode;
        }
    }
}
