/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command line. Messages and exit codes were read off etcd 3.7.1 on the same words. */
class FlagsTest {
    private final Flags flags = Flags.load();

    @Test
    void takesOneDashOrTwoAndAValueInEitherPlace() {
        assertThat(flags.parse(List.of("-name", "a", "--data-dir=d", "-max-wals=3")))
                .containsEntry("name", "a")
                .containsEntry("data-dir", "d")
                .containsEntry("max-wals", "3");
    }

    @Test
    void takesABareTruthValueWithoutEatingTheNextWord() {
        assertThat(flags.parse(List.of("--unsafe-no-fsync", "--name", "a")))
                .containsEntry("unsafe-no-fsync", "true")
                .containsEntry("name", "a");
    }

    @Test
    void letsTheLastOfARepeatedFlagWin() {
        assertThat(flags.parse(List.of("--name=a", "--name=b"))).containsEntry("name", "b");
    }

    @Test
    void endsAtTwoDashes() {
        assertThat(flags.parse(List.of("--name=a", "--"))).containsOnlyKeys("name");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --nope                          | 2 | flag provided but not defined: -nope
            --name                          | 2 | flag needs an argument: -name
            --heartbeat-interval=abc        | 2 | invalid value "abc" for flag -heartbeat-interval: parse error
            --pre-vote=maybe                | 2 | invalid boolean value "maybe" for -pre-vote: parse error
            --grpc-keepalive-timeout=5      | 2 | invalid value "5" for flag -grpc-keepalive-timeout: parse error
            --initial-cluster-state=maybe   | 2 | invalid value "maybe" for flag -initial-cluster-state: invalid value
            --max-txn-ops=-1                | 2 | invalid value "-1" for flag -max-txn-ops: parse error
            --feature-gates=Nope=true       | 2 | invalid value "Nope=true" for flag -feature-gates: unrecognized feature gate: Nope
            stray                           | 1 | "stray" is not a valid flag
            """)
    void refusesWithEtcdsWordsAndExitCode(String word, int exitCode, String message) {
        assertThatThrownBy(() -> flags.parse(List.of(word)))
                .hasMessage(message)
                .asInstanceOf(type(Flags.UsageException.class))
                .extracting(Flags.UsageException::exitCode)
                .isEqualTo(exitCode);
    }

    @Test
    void refusesWordsBehindTwoDashes() {
        assertThatThrownBy(() -> flags.parse(List.of("--", "stray"))).hasMessage("\"stray\" is not a valid flag");
    }
}
