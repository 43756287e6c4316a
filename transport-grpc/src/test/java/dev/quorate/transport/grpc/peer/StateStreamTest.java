/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.api.bytes.Bytes;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class StateStreamTest {
    private final AtomicInteger asked = new AtomicInteger();
    private final StateStream stream = new StateStream(asked::incrementAndGet);

    private static int crc(String text) {
        CRC32C crc = new CRC32C();
        byte[] bytes = Bytes.utf8(text).toArray();
        crc.update(bytes, 0, bytes.length);
        return (int) crc.getValue();
    }

    @Test
    void endsWhenAllHasComeAndAsksForMoreAsItIsRead() throws IOException {
        stream.add(Bytes.utf8("abc"));
        stream.add(Bytes.utf8("de"));
        assertThat(stream.read()).isEqualTo('a');
        assertThat(asked).hasValue(0);
        stream.end(5, crc("abcde"));

        assertThat(stream.readAllBytes()).isEqualTo(Bytes.utf8("bcde").toArray());
        assertThat(asked).hasValue(2);
        stream.close("too late to matter");
        assertThat(stream.read()).isEqualTo(-1);
    }

    @Test
    void breaksIfABitHasChanged() {
        stream.add(Bytes.utf8("abc"));
        stream.end(3, crc("abd"));
        assertThatThrownBy(stream::readAllBytes).isInstanceOf(IOException.class).hasMessageContaining("checksum");
    }

    @Test
    void breaksIfAPieceIsMissing() {
        stream.add(Bytes.utf8("abc"));
        stream.end(5, crc("abc"));
        assertThatThrownBy(stream::readAllBytes).isInstanceOf(IOException.class).hasMessageContaining("of 5 bytes 3");
    }

    @Test
    void breaksIfItHasNoEnd() {
        stream.add(Bytes.utf8("abc"));
        stream.close("it was cut off");
        assertThatThrownBy(stream::readAllBytes).isInstanceOf(IOException.class).hasMessageContaining("cut off");
    }

    @Test
    void breaksIfMoreComesBehindItsEnd() {
        stream.end(0, 0);
        stream.add(Bytes.utf8("abc"));
        assertThatThrownBy(stream::read).isInstanceOf(IOException.class);
    }
}
