/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs a folder of scripts, prints a line for each file, the blocks whose answers differ, and a sum.
 *
 * <p>Started by {@code dev/corpus}; ends with 0 if all blocks are equal.
 */
public final class Corpus {
    private final PrintStream out;
    private int equal;
    private int total;

    private Corpus(PrintStream out) {
        this.out = out;
    }

    /**
     * Runs the folders that are named.
     *
     * @param args folders or files
     * @throws IOException if they cannot be read
     */
    public static void main(String[] args) throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8); // the answers of the script itself
        Corpus corpus = new Corpus(out);
        for (String arg : args) {
            for (Path file : files(Path.of(arg))) {
                corpus.run(file);
            }
        }
        out.println(corpus.equal + " of " + corpus.total + " blocks equal");
        System.exit(corpus.equal == corpus.total && corpus.total > 0 ? 0 : 1);
    }

    static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> file.equals(folder) || file.toString().endsWith(".txt"))
                    .sorted()
                    .toList();
        }
    }

    /** A block and what came out, if that is not what was expected. */
    record Difference(Script.Block block, String answer) {
        @Override
        public String toString() {
            return "line " + block.line() + ": " + block.command() + "\nexpected:\n"
                    + String.join("\n", Script.relevant(block.expected())) + "\nanswered:\n"
                    + String.join("\n", Script.relevant(answer.lines().toList())) + "\n";
        }
    }

    static Script script(Path file) throws IOException {
        return Script.parse(Files.readString(file).lines().toList());
    }

    static List<Difference> differences(Script script) {
        ScriptRunner runner = ScriptRunner.of(script);
        return script.blocks().stream()
                .map(block -> new Difference(block, answer(runner, block)))
                .filter(result -> !result.block().isEqual(result.answer()))
                .toList();
    }

    /** A core that breaks down makes one block differ, not the run end. */
    private static String answer(ScriptRunner runner, Script.Block block) {
        try {
            return runner.run(block);
        } catch (RuntimeException e) {
            return e.toString();
        }
    }

    private void run(Path file) throws IOException {
        Script script = script(file);
        List<Difference> differences = differences(script);
        int blocks = script.blocks().size();
        out.println(file + ": " + (blocks - differences.size()) + " of " + blocks + " blocks equal");
        differences.forEach(out::println);
        equal += blocks - differences.size();
        total += blocks;
    }
}
