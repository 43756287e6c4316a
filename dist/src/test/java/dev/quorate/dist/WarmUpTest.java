/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The requests of the warm-up are understood and answered. */
class WarmUpTest {
    @Test
    void isAnsweredAndLeavesNoFile() {
        assertThat(WarmUp.run(1)).isPositive();
        assertThat(Files.exists(Path.of("warm-up-has-no-folder"))).isFalse();
    }

    @Test
    void canBeTurnedOff() {
        assertThat(WarmUp.run(0)).isZero();
    }
}
