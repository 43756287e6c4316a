/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.Member;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Decoders of stored JSON and keys on bytes that are none, or nearly: only {@link IllegalArgumentException}. */
class HostileRecordsTest {
    private static final int ROUNDS = Integer.getInteger("quorate.fuzz", 20_000);

    private static final List<Consumer<Bytes>> DECODERS = List.of(
            MemberRecords::decode,
            MemberRecords::decodeContext,
            MemberRecords::id,
            ConfStateRecord::decode,
            DowngradeRecord::decode,
            RevisionKeys::decode,
            RevisionKeys::isTombstone);

    private static final List<Bytes> WHOLE = List.of(
            MemberRecords.encodeContext(new MemberRecords.Context(
                    new Member(-3, "na\"me\u2028", List.of("http://a:1", "http://b:2"), List.of("http://c"), true),
                    true)),
            new ConfStateRecord(List.of(1L, -1L), List.of(2L), List.of(3L), List.of(4L), true).encode(),
            Bytes.utf8("{\"target-version\":\"3.6.0\",\"enabled\":true,\"other\":[{\"a\":[1,-2e3,null]},\"\\u00e4\"]}"),
            RevisionKeys.ofTombstone(5, 6));

    @Test
    void spoiledRecordsAreReadOrRefused() {
        long seed = Long.getLong("quorate.fuzz.seed", new Random().nextLong());
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Random random = new Random(seed + round);
            byte[] record =
                    spoil(random, WHOLE.get(random.nextInt(WHOLE.size())).toArray());
            for (Consumer<Bytes> decoder : DECODERS) {
                try {
                    decoder.accept(Bytes.wrap(record));
                } catch (IllegalArgumentException e) {
                    refused++;
                } catch (RuntimeException e) {
                    throw new AssertionError("-Dquorate.fuzz.seed=" + (seed + round), e);
                }
            }
        }
        assertThat(refused).isPositive();
    }

    @Test
    void deepNestingIsRefused() {
        byte[] deep = ("{\"x\":" + "[".repeat(200_000)).getBytes(StandardCharsets.UTF_8);
        assertThat(catchThrowable(() -> MemberRecords.decode(Bytes.wrap(deep))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static byte[] spoil(Random random, byte[] record) {
        byte[] spoiled = record;
        for (int changes = 1 + random.nextInt(3); changes > 0 && spoiled.length > 0; changes--) {
            int at = random.nextInt(spoiled.length);
            switch (random.nextInt(4)) {
                case 0 -> spoiled[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> spoiled[at] = (byte) random.nextInt(256);
                case 2 -> spoiled[at] = (byte) "{}[],:\"\\nu0".charAt(random.nextInt(11));
                default -> spoiled = Arrays.copyOf(spoiled, at);
            }
        }
        return spoiled;
    }
}
