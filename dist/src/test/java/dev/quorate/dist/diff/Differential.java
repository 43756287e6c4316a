/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.diff;

import dev.quorate.dist.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sends the same requests to real etcd and to a server of ours, one after the other, and compares every answer. */
final class Differential {
    private static final Pattern REVISION = Pattern.compile("revision: (\\d+)");
    private static final int SHOWN_MAX = 20;

    private Differential() {}

    /**
     * Compares.
     *
     * @return the differences, each with the request
     */
    static List<String> run(Path etcd, Path ours, String storage, long seed, int count, Path work)
            throws IOException, InterruptedException {
        Path etcdWork = Files.createDirectories(work.resolve("etcd"));
        Path oursWork = Files.createDirectories(work.resolve("ours"));
        List<String> differences = new ArrayList<>();
        try (ServerProcess reference = ServerProcess.start(etcd, etcdWork, List.of());
                ServerProcess subject = ServerProcess.start(ours, oursWork, List.of("--storage=" + storage));
                Subject a = new Subject(reference.endpoint());
                Subject b = new Subject(subject.endpoint())) {
            RandomRequests requests = new RandomRequests(seed);
            int refused = 0;
            for (int i = 0; i < count; i++) {
                Request request = requests.next();
                String expected = a.ask(request);
                String actual = b.ask(request);
                if (!expected.equals(actual)) {
                    differences.add("request " + i + " of seed " + seed + ": " + request.method() + " {\n"
                            + request.message() + "}\netcd answers:\n" + expected + "\nours answers:\n" + actual);
                    if (differences.size() >= SHOWN_MAX) {
                        break;
                    }
                }
                if (expected.startsWith("ERROR")) {
                    refused++;
                }
                Matcher revision = REVISION.matcher(expected);
                if (revision.find()) {
                    requests.seen(Long.parseLong(revision.group(1)));
                }
            }
            if (refused > count / 2) {
                throw new IllegalStateException(
                        refused + " of " + count + " requests were refused: nothing is compared");
            }
        }
        return differences;
    }
}
