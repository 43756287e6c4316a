/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.api.model.DowngradeInfo;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On which version members agree. */
class VersionDecisionTest {
    private static final DowngradeInfo NONE = new DowngradeInfo(false, "");

    private static String decide(String decided, String servers, DowngradeInfo downgrade) {
        List<String> all = List.of(servers.split(" ", -1)).stream()
                .map(server -> server.equals("?") ? "" : server)
                .toList();
        return VersionDecision.of(decided, all, downgrade)
                .map(ServerVersion::toString)
                .orElse("");
    }

    @ParameterizedTest
    @CsvSource({
        "'',    3.7.1,             3.7.0",
        "'',    3.7.1 3.6.4 3.7.0, 3.6.0",
        "'',    3.7.1 ? 3.7.1,     3.0.0", // one cannot be asked
        "3.0.0, 3.7.1 3.7.1 3.7.1, 3.7.0",
        "3.0.0, 3.7.1 ? 3.7.1,     ''",
        "3.7.0, 3.7.1 3.7.2,       ''",
        "3.7.0, 3.6.4 3.7.1,       ''", // it does not fall by itself
        "3.6.0, 3.7.1 3.8.0-rc.1,  3.7.0",
        "3.7.0, 4.0.0,             ''",
    })
    void isThatOfTheOldestServer(String decided, String servers, String version) {
        assertThat(decide(decided, servers, NONE)).isEqualTo(version);
    }

    @ParameterizedTest
    @CsvSource({"3.7.0, 3.7.1 3.7.1, 3.6.0", "3.6.0, 3.7.1 3.6.4, ''"})
    void followsADowngrade(String decided, String servers, String version) {
        assertThat(decide(decided, servers, new DowngradeInfo(true, "3.6.0"))).isEqualTo(version);
    }

    @ParameterizedTest
    @CsvSource({"3.7.0, 3.7.1, 3.5.0", "3.8.0, 3.7.1, 3.6.0", "3.7.0, 3.7.1, x"})
    void refusesADowngradeOfMoreThanOneStep(String decided, String servers, String target) {
        assertThatThrownBy(() -> decide(decided, servers, new DowngradeInfo(true, target)))
                .isInstanceOf(IllegalStateException.class);
    }
}
