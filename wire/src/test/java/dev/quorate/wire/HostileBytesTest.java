/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.MalformedProtoException;
import dev.quorate.api.bytes.ProtoReader;
import dev.quorate.api.message.KvMessages;
import dev.quorate.api.model.Events;
import dev.quorate.api.model.KeyValue;
import dev.quorate.raft.spi.ConfChange;
import dev.quorate.schema.AlarmRecords;
import dev.quorate.schema.Commands;
import dev.quorate.schema.LeaseRecord;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Every decoder of protocol-buffer bytes on bytes that are none, or nearly: only {@link MalformedProtoException}. */
class HostileBytesTest {
    private static final List<Consumer<Bytes>> DECODERS = List.of(
            bytes -> KvMessages.range(new ProtoReader(bytes)),
            bytes -> KvMessages.put(new ProtoReader(bytes)),
            bytes -> KvMessages.deleteRange(new ProtoReader(bytes)),
            bytes -> KvMessages.txn(new ProtoReader(bytes)),
            Commands::decode,
            Commands::headerId,
            KeyValue::decode,
            bytes -> Events.ofEncoded(List.of(bytes)).get(0),
            LeaseRecord::decode,
            AlarmRecords::decode,
            ConfChange::decode);

    @Test
    void spoiledMessagesAreReadOrRefused() {
        int[] refused = new int[1];
        Seeds.each(values -> {
            byte[] whole = Protos.of(values.commandHeader(), values.command()).toByteArray();
            byte[] kv = Protos.of(values.keyValue()).toByteArray();
            byte[] txn = Protos.of(values.txnRequest()).toByteArray();
            for (byte[] message : List.of(whole, kv, txn)) {
                for (int round = 0; round < 6; round++) {
                    refused[0] += feed(Bytes.wrap(spoil(values, message)));
                }
            }
        });
        assertThat(refused[0]).isPositive();
    }

    @Test
    void randomBytesAreReadOrRefused() {
        Seeds.each(values -> {
            for (int round = 0; round < 20; round++) {
                feed(values.bytes());
            }
        });
    }

    private static int feed(Bytes bytes) {
        int refused = 0;
        for (Consumer<Bytes> decoder : DECODERS) {
            try {
                decoder.accept(bytes);
            } catch (MalformedProtoException e) {
                refused++;
            }
        }
        return refused;
    }

    private static byte[] spoil(Values values, byte[] message) {
        byte[] spoiled = message.clone();
        if (spoiled.length == 0) {
            return spoiled;
        }
        for (int changes = 1 + values.below(3); changes > 0; changes--) {
            int at = values.below(spoiled.length);
            switch (values.below(3)) {
                case 0 -> spoiled[at] ^= (byte) (1 << values.below(8));
                case 1 -> spoiled[at] = (byte) values.below(256);
                default -> spoiled = java.util.Arrays.copyOf(spoiled, Math.max(1, at));
            }
        }
        return spoiled;
    }
}
