/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc.index;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VarintsTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 6, 7, 8, 13, 14, 15, 20, 21, 22, 27, 28, 31, 32, 35, 42, 49, 55, 56, 57, 62, 63})
    void readsWhatItWrote(int bits) {
        for (long value : new long[] {(1L << bits) - 1, 1L << bits, (1L << bits) + 1, -(1L << bits)}) {
            byte[] array = new byte[Varints.LENGTH_MAX + 3];
            int end = Varints.write(array, 3, value);
            assertThat(Varints.read(array, 3)).isEqualTo(value);
            assertThat(Varints.length(value)).isEqualTo(end - 3).isLessThanOrEqualTo(Varints.LENGTH_MAX);
        }
    }
}
