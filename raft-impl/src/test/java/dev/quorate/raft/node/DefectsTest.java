/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The defects that {@code dev/plant} plants still fit the sources: what a patch takes away or stands beside is there.
 */
final class DefectsTest {
    private static final Path TOP = Path.of("..");

    @Test
    void eachPatchStillApplies() throws IOException {
        List<Path> patches;
        try (Stream<Path> files = Files.list(TOP.resolve("dev/defects"))) {
            patches = files.sorted().toList();
        }
        assertThat(patches).hasSizeGreaterThanOrEqualTo(10);
        for (Path patch : patches) {
            String source = "";
            List<String> before = new ArrayList<>();
            for (String line : Files.readAllLines(patch)) {
                if (line.startsWith("--- a/") || line.startsWith("@@")) {
                    assertHolds(patch, source, before);
                }
                if (line.startsWith("--- a/")) {
                    source = Files.readString(TOP.resolve(line.substring("--- a/".length())));
                } else if (line.startsWith(" ") || (line.startsWith("-") && !line.startsWith("--- "))) {
                    before.add(line.substring(1));
                }
            }
            assertHolds(patch, source, before);
        }
    }

    private static void assertHolds(Path patch, String source, List<String> before) {
        if (!before.isEmpty()) {
            assertThat(source).as("%s applies", patch).contains(String.join("\n", before) + "\n");
            before.clear();
        }
    }
}
