/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class Crc32cTest {
    @Test
    void goesOnFromAnyPlace() {
        Random random = new Random(1);
        for (int round = 0; round < 300; round++) {
            byte[] data = new byte[random.nextInt(5000)];
            random.nextBytes(data);
            CRC32C whole = new CRC32C();
            whole.update(data);
            int cut = data.length == 0 ? 0 : random.nextInt(data.length);
            Crc32c first = new Crc32c(0);
            first.update(data, 0, cut);
            Crc32c second = new Crc32c(first.value());
            second.update(data, cut, data.length - cut);
            assertThat(second.value()).as("round %d", round).isEqualTo((int) whole.getValue());
        }
    }
}
