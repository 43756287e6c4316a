/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.cluster;

import dev.quorate.dist.blackbox.Program;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What etcdctl said while members came and went. Ids become the names of the members that have them: an added member's
 * id has the time in it. So lines that are sorted by id, and parts of a line, are sorted by their text.
 */
final class Transcript {
    private static final Pattern HEX = Pattern.compile("\\b[0-9a-f]{14,16}\\b");

    private final List<String> lines = new ArrayList<>();
    private final Map<String, String> names = new HashMap<>();

    /** Takes note of the name of an id. */
    void name(String id, String name) {
        names.put(id, name);
    }

    /** Takes note of what a command said. */
    void add(String command, Program said) {
        lines.add("$ " + masked(command));
        lines.add(masked(said.out()) + masked(said.err()) + "exit " + said.exitCode());
    }

    /** Takes note of something else. */
    void add(String line) {
        lines.add(line);
    }

    private String masked(String text) {
        String named = HEX.matcher(text)
                .replaceAll(found -> names.getOrDefault(found.group(), found.group()))
                .replaceAll("\"ts\":\"[^\"]*\"", "\"ts\":TS")
                .replaceAll("etcd-endpoints://0x[0-9a-f]+/", "etcd-endpoints://POINTER/")
                .replaceAll("LocalAddr: '[^']*'", "LocalAddr: LOCAL")
                .replaceAll("\"attempt\":[0-9]+", "\"attempt\":COUNT");
        return named.lines()
                .map(line -> line.startsWith("ETCD_INITIAL_CLUSTER=")
                        ? Arrays.stream(line.substring(22, line.length() - 1).split(","))
                                .sorted()
                                .collect(Collectors.joining(",", "ETCD_INITIAL_CLUSTER=", ""))
                        : line.replaceAll(" +", " ").replaceAll("\u2500+", "\u2500"))
                .sorted()
                .map(line -> line + "\n")
                .collect(Collectors.joining());
    }

    /** Adds the id that an answer of {@code member add} or a list tells. */
    static String firstId(String text) throws IOException {
        var found = HEX.matcher(text);
        if (!found.find()) {
            throw new IOException("no id in " + text);
        }
        return found.group();
    }

    @Override
    public String toString() {
        return String.join("\n", lines);
    }
}
