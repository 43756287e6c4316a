/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs the scripts beside this test, and those of the reference that lie beside the project. Each answer has to be that
 * of etcd's Raft, message by message.
 */
final class CorpusTest {
    private static final Path OURS = Path.of("src", "test", "resources", "scenarios");
    private static final Path REFERENCE = Path.of("..", "..", "shared", "corpora");

    static Stream<Path> scripts() throws IOException {
        return Corpus.files(OURS).stream();
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void answersAsExpected(Path file) throws IOException {
        assertThat(Corpus.differences(Corpus.script(file))).isEmpty();
    }

    static Stream<String> families() {
        return Stream.of("raft", "quorum", "confchange");
    }

    @ParameterizedTest
    @MethodSource("families")
    void answersAsTheReferenceDoes(String family) throws IOException {
        Path folder = REFERENCE.resolve(family);
        assumeTrue(Files.isDirectory(folder), "there is no folder " + folder.toAbsolutePath());
        List<Path> files = Corpus.files(folder);
        assertThat(files).isNotEmpty();
        for (Path file : files) {
            assertThat(Corpus.differences(Corpus.script(file))).as("%s", file).isEmpty();
        }
    }
}
