/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.diff;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Does the same at real etcd and at servers of ours, one step after the other, and compares what comes of it. */
final class Differential {
    private static final int SHOWN_MAX = 5;

    /** Few rows at a time, so that compactions of ours take as long as those of a large store. */
    private static final int COMPACTION_ROWS = 10;

    /**
     * What is to be compared.
     *
     * @param etcd real etcd
     * @param ours our server
     * @param storages the engines to run it with
     * @param work where files may lie
     */
    record Setting(Path etcd, Path ours, List<String> storages, Path work) {}

    /**
     * What came out.
     *
     * @param differences each with its step
     * @param refused how many steps were refused, by all alike
     * @param perSecond steps per second, each at every server
     */
    record Result(List<String> differences, int refused, double perSecond) {}

    private final List<Subject> subjects = new ArrayList<>(); // the first one is the reference
    private final List<String> differences = new ArrayList<>();
    private final long seed;
    private final Script script;
    private final Scene scene;
    private int refused;

    private Differential(Setting setting, long seed) throws IOException, InterruptedException {
        this.seed = seed;
        try {
            subjects.add(new Subject(
                    "etcd", setting.etcd(), setting.work().resolve("etcd"), List.of("--unsafe-no-fsync"), false));
            for (String storage : setting.storages()) {
                subjects.add(new Subject(
                        storage,
                        setting.ours(),
                        setting.work().resolve(storage),
                        List.of("--storage=" + storage, "--compaction-batch-limit=" + COMPACTION_ROWS),
                        !storage.equals("memory")));
            }
        } catch (IOException | InterruptedException e) {
            close();
            throw e;
        }
        scene = new Scene(seed, subjects.get(0)::ask);
        script = new Script(scene);
    }

    private void close() {
        subjects.forEach(Subject::close);
    }

    /**
     * Compares.
     *
     * @param setting what
     * @param seed decides what is done
     * @param count how many steps
     */
    static Result run(Setting setting, long seed, int count) throws IOException, InterruptedException {
        Differential differential = new Differential(setting, seed);
        try {
            long begun = System.nanoTime();
            for (int i = 0; i < count && differential.differences.size() < SHOWN_MAX; i++) {
                differential.step(i);
            }
            double seconds = (System.nanoTime() - begun) / 1e9;
            return new Result(differential.differences, differential.refused, count / seconds);
        } finally {
            differential.close();
        }
    }

    private void step(int number) {
        Step step = script.next();
        List<Supplier<Answer>> begun = new ArrayList<>(subjects.size());
        for (Subject subject : subjects) {
            begun.add(step.action().apply(subject));
        }
        Answer expected = begun.get(0).get();
        for (int i = 1; i < subjects.size(); i++) {
            Answer actual = begun.get(i).get();
            if (!actual.text().equals(expected.text())) {
                String storage = subjects.get(i).name();
                differences.add("""
                        step %d of seed %d: %s
                        first difference:
                        %s
                        etcd:
                        %s
                        %s:
                        %s
                        again: dev/diff --storage %s --seed %d --count %d""".formatted(
                                number,
                                seed,
                                step.description().get(),
                                firstDifference(expected.text(), actual.text()),
                                expected.text(),
                                storage,
                                actual.text(),
                                storage,
                                seed,
                                number + 1));
            }
        }
        if (expected.refused()) {
            refused++;
        }
        scene.seen(expected);
        step.lesson().accept(expected);
    }

    private static String firstDifference(String expected, String actual) {
        List<String> first = expected.lines().toList();
        List<String> second = actual.lines().toList();
        int line = 0;
        while (line < Math.min(first.size(), second.size()) && first.get(line).equals(second.get(line))) {
            line++;
        }
        return "line " + (line + 1) + " is " + (line < first.size() ? first.get(line) : "none") + " at etcd, "
                + (line < second.size() ? second.get(line) : "none") + " at ours";
    }
}
