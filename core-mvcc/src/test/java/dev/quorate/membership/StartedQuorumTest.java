/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.membership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.api.model.Member;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tables of etcd's own tests for the same three questions. */
class StartedQuorumTest {
    private static List<Member> voters(int started, int silent) {
        List<Member> voters = new ArrayList<>();
        for (int i = 1; i <= started + silent; i++) {
            voters.add(new Member(i, i <= started ? "m" + i : "", List.of("http://h:" + i), List.of(), false));
        }
        return voters;
    }

    @ParameterizedTest
    @CsvSource({
        "1, 0, true", // grows from a lone member
        "2, 0, true",
        "3, 0, true",
        "1, 1, false",
        "0, 1, false",
        "2, 1, false",
        "3, 1, true",
        "2, 2, false",
        "3, 2, false",
    })
    void countsTheNewVoterAsNotStarted(int started, int silent, boolean may) {
        assertThat(StartedQuorum.mayAdd(voters(started, silent))).isEqualTo(may);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 0, 1, false", // the last one stays
        "2, 0, 1, true",
        "3, 0, 1, true",
        "2, 1, 3, true", // who goes has never started
        "2, 1, 1, false",
        "1, 1, 2, true",
        "1, 1, 1, false",
        "3, 2, 1, false",
        "3, 2, 5, true",
    })
    void looksAtThoseWhoAreLeft(int started, int silent, long goes, boolean may) {
        assertThat(StartedQuorum.mayRemove(voters(started, silent), goes)).isEqualTo(may);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 0, true",
        "2, 0, true",
        "1, 1, true",
        "0, 1, false",
        "1, 2, false",
        "2, 2, true",
        "1, 3, false",
    })
    void countsThePromotedLearnerAsStarted(int started, int silent, boolean may) {
        assertThat(StartedQuorum.mayPromote(voters(started, silent))).isEqualTo(may);
    }
}
