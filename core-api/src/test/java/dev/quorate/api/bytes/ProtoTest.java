/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ProtoTest {
    @Test
    void writesNestedMessagesWhoseLengthNeedsTwoBytes() {
        ProtoWriter writer = new ProtoWriter(16);
        int mark = writer.begin(3);
        writer.bytes(1, Bytes.wrap(new byte[200])).varint(2, -1);
        writer.end(mark).bool(4, true);

        ProtoReader reader = new ProtoReader(writer.toBytes());
        assertThat(reader.next()).isTrue();
        assertThat(reader.field()).isEqualTo(3);
        ProtoReader nested = reader.message();
        assertThat(nested.next()).isTrue();
        assertThat(nested.bytes().length()).isEqualTo(200);
        assertThat(nested.next()).isTrue();
        assertThat(nested.varint()).isEqualTo(-1);
        assertThat(nested.next()).isFalse();
        assertThat(reader.next()).isTrue();
        assertThat(reader.bool()).isTrue();
        assertThat(reader.next()).isFalse();
    }

    @Test
    void leavesOutFieldsThatHoldNothing() {
        ProtoWriter writer = new ProtoWriter()
                .varint(1, 0)
                .bytes(2, Bytes.EMPTY)
                .bool(3, false)
                .string(4, "");
        assertThat(writer.size()).isZero();
    }

    @Test
    void refusesCutOffFields() {
        Bytes cut = Bytes.wrap(new byte[] {0x0A, 5, 1, 2});
        ProtoReader reader = new ProtoReader(cut);
        assertThat(reader.next()).isTrue();
        assertThatThrownBy(reader::bytes).isInstanceOf(MalformedProtoException.class);
    }
}
