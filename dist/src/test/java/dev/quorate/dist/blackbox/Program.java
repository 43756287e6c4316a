/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.blackbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A program that ran to its end.
 *
 * @param exitCode its exit code
 * @param out what it wrote on standard output
 * @param err what it wrote on standard error
 */
public record Program(int exitCode, String out, String err) {
    private static final int SECONDS_MAX = 60;

    /**
     * Runs a command in a folder of its own that vanishes.
     *
     * @param command program and arguments
     * @return what it said
     * @throws IOException if it cannot be started or does not end within a minute
     * @throws InterruptedException if the caller is interrupted
     */
    public static Program run(List<String> command) throws IOException, InterruptedException {
        return run(command, Map.of());
    }

    /** Runs a command with more variables, in a folder of its own that vanishes. */
    static Program run(List<String> command, Map<String, String> variables) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("program");
        try {
            return run(command, variables, folder);
        } finally {
            Trees.delete(folder);
        }
    }

    private static Program run(List<String> command, Map<String, String> variables, Path folder)
            throws IOException, InterruptedException {
        Path out = folder.resolve("stdout");
        Path err = folder.resolve("stderr");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(variables);
        Process process = builder.start();
        if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            throw new IOException(command + " did not end: " + Files.readString(out) + Files.readString(err));
        }
        return new Program(process.exitValue(), Files.readString(out), Files.readString(err));
    }
}
