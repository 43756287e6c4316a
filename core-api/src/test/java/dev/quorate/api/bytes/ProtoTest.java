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

    @Test
    void takesAKnownFieldInAnotherEncodingForAnUnknownOne() {
        ProtoWriter writer = new ProtoWriter().bytes(1, Bytes.utf8("key")).varint(2, 7);
        int mark = writer.begin(3);
        writer.end(mark).varint(1, 5).bytes(2, Bytes.utf8("no number")).varint(3, 9);
        ProtoShape shape = ProtoShape.ofBytes(1).numbers(2).repeatedNumbers(3);

        ProtoReader reader = new ProtoReader(writer.toBytes());
        assertThat(reader.next(shape)).isTrue();
        assertThat(reader.bytes()).isEqualTo(Bytes.utf8("key"));
        assertThat(reader.next(shape)).isTrue();
        assertThat(reader.varint()).isEqualTo(7);
        assertThat(reader.next(shape)).isTrue();
        assertThat(reader.isBytes()).isTrue();
        assertThat(reader.bytes()).isEqualTo(Bytes.EMPTY);
        assertThat(reader.next(shape)).isTrue();
        assertThat(reader.varint()).isEqualTo(9);
        assertThat(reader.next(shape)).isFalse();
    }

    @Test
    void skipsGroupsThatEndAsTheyBegan() {
        byte[] whole = {0x0B, 0x10, 1, 0x13, 0x14, 0x0C, 0x08, 3};
        ProtoReader reader = new ProtoReader(Bytes.wrap(whole));
        assertThat(reader.next(ProtoShape.ofNumbers(1))).isTrue();
        assertThat(reader.varint()).isEqualTo(3);
        assertMalformed(0x0B, 0x14);
        assertMalformed(0x0B, 0x00, 0x0C);
        assertMalformed(0x0B);
        assertMalformed(0x0C);
    }

    @Test
    void refusesNumbersThatDoNotFit() {
        assertMalformed(0x08, -1, -1, -1, -1, -1, -1, -1, -1, -1, 2);
        assertMalformed(0x08, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1);
        assertMalformed(-8, -1, -1, -1, 0x1F, 0); // field number 2^29 and more
        new ProtoReader(Bytes.wrap(new byte[] {0x08, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1})).skipAll();
    }

    private static void assertMalformed(int... bytes) {
        byte[] array = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            array[i] = (byte) bytes[i];
        }
        ProtoReader reader = new ProtoReader(Bytes.wrap(array));
        assertThatThrownBy(reader::skipAll).isInstanceOf(MalformedProtoException.class);
    }
}
