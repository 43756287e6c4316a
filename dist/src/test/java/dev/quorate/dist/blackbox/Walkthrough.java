/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.blackbox;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** One shell that runs steps against one server, or a cluster of them, and keeps what each of them said. */
public final class Walkthrough {
    private static final int MINUTES_MAX = 4;

    private final Path folder;
    private final List<String> steps;
    private final Process shell;
    private final Masks masks;

    private Walkthrough(Path folder, List<String> steps, Process shell, Masks masks) {
        this.folder = folder;
        this.steps = steps;
        this.shell = shell;
        this.masks = masks;
    }

    /**
     * Returns the steps of a script.
     *
     * @param script name of a resource beside this class
     * @return its lines, without comments
     * @throws IOException if it cannot be read
     */
    public static List<String> steps(String script) throws IOException {
        return resource(script)
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .toList();
    }

    private static String resource(String name) throws IOException {
        try (InputStream file = Objects.requireNonNull(Walkthrough.class.getResourceAsStream(name), name)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /**
     * Starts the walk.
     *
     * @param endpoints the addresses that etcdctl is told
     * @param programs where etcdctl is
     * @param steps what to run, a line each
     * @param work a folder of its own
     * @return the walk under way
     * @throws IOException if it cannot be started
     */
    public static Walkthrough start(String endpoints, Path programs, List<String> steps, Path work) throws IOException {
        Path folder = Files.createDirectories(work.resolve("steps"));
        StringBuilder script = new StringBuilder(resource("prelude.sh"));
        for (int i = 0; i < steps.size(); i++) {
            String file = folder.resolve(String.valueOf(i)).toString();
            script.append("{ ").append(steps.get(i)).append("\n} > '");
            script.append(file).append(".out' 2> '").append(file).append(".err' < /dev/null; echo $? > '");
            script.append(file).append(".code'\n");
        }
        Path shellWork = Files.createDirectories(work.resolve("shell"));
        ProcessBuilder builder = new ProcessBuilder(
                        "bash",
                        Files.writeString(work.resolve("script"), script).toString())
                .directory(shellWork.toFile())
                .redirectErrorStream(true)
                .redirectOutput(work.resolve("shell.log").toFile());
        Map<String, String> environment = builder.environment();
        environment.put("ETCDCTL_ENDPOINTS", endpoints);
        environment.put("PATH", programs + ":" + environment.get("PATH"));
        return new Walkthrough(folder, steps, builder.start(), new Masks(endpoints));
    }

    /**
     * Waits until all steps are done.
     *
     * @throws IOException if that takes too long
     * @throws InterruptedException if the caller is interrupted
     */
    public void await() throws InterruptedException, IOException {
        if (!shell.waitFor(MINUTES_MAX, TimeUnit.MINUTES)) {
            shell.descendants().forEach(ProcessHandle::destroyForcibly);
            shell.destroyForcibly();
            int done = 0;
            while (Files.exists(folder.resolve(done + ".code"))) {
                done++;
            }
            throw new IOException("no end of step " + done + ": " + steps.get(done));
        }
    }

    /**
     * Returns what a step said, to be asked for in the order of the steps.
     *
     * @param step its number
     * @return output, errors and exit code, without what is different by nature
     * @throws IOException if they cannot be read
     */
    public String said(int step) throws IOException {
        StringBuilder text = new StringBuilder();
        for (String part : List.of("out", "err", "code")) {
            byte[] bytes = Files.readAllBytes(folder.resolve(step + "." + part));
            text.append(part).append(":\n").append(new String(bytes, StandardCharsets.UTF_8));
        }
        return masks.apply(steps.get(step), text.toString());
    }
}
