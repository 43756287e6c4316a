/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.MessageLite;
import dev.quorate.api.bytes.ProtoWriter;
import dev.quorate.api.message.ResponseMessages;
import dev.quorate.wire.etcdserverpb.RangeStreamResponse;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** Answers by hand against the generated classes. */
class ResponseMessagesTest {
    private static <T> int hold(T value, MessageLite message, BiConsumer<ProtoWriter, T> write) {
        ProtoWriter writer = new ProtoWriter(8);
        write.accept(writer, value);

        assertThat(writer.toArray()).isEqualTo(message.toByteArray());
        return writer.size();
    }

    @Test
    void rangesAreThoseOfTheGeneratedClass() {
        Seeds.each(values -> {
            var response = values.rangeResponse();
            int size = hold(response, Protos.of(response), ResponseMessages::write);
            assertThat(ResponseMessages.sizeMax(response)).isGreaterThanOrEqualTo(size);
        });
    }

    @Test
    void piecesOfRangesAreThoseOfTheGeneratedClass() {
        Seeds.each(values -> {
            var piece = values.rangeResponse();
            var whole = Protos.of(piece);
            hold(
                    piece,
                    RangeStreamResponse.newBuilder().setRangeResponse(whole).build(),
                    (writer, value) -> ResponseMessages.writePiece(writer, value, true));
            hold(
                    piece,
                    RangeStreamResponse.newBuilder()
                            .setRangeResponse(whole.toBuilder().clearHeader())
                            .build(),
                    (writer, value) -> ResponseMessages.writePiece(writer, value, false));
        });
    }

    @Test
    void putsAreThoseOfTheGeneratedClass() {
        Seeds.each(values -> {
            var response = values.putResponse();
            hold(response, Protos.of(response), ResponseMessages::write);
        });
    }

    @Test
    void deletionsAreThoseOfTheGeneratedClass() {
        Seeds.each(values -> {
            var response = values.deleteRangeResponse();
            hold(response, Protos.of(response), ResponseMessages::write);
        });
    }

    @Test
    void transactionsAreThoseOfTheGeneratedClass() {
        Seeds.each(values -> {
            var response = values.txnResponse();
            hold(response, Protos.of(response), ResponseMessages::write);
        });
    }

    @Test
    void watchesAreThoseOfTheGeneratedClass() {
        Seeds.each(values -> {
            var response = values.watchResponse();
            int size = hold(response, Protos.of(response), ResponseMessages::write);
            assertThat(ResponseMessages.sizeMax(response)).isGreaterThanOrEqualTo(size);
        });
    }
}
