/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.error.EtcdException;
import dev.quorate.api.model.CompactionRequest;
import dev.quorate.api.model.DeleteRangeRequest;
import dev.quorate.api.model.KeyRange;
import dev.quorate.api.model.PutRequest;
import dev.quorate.api.model.RangeRequest;
import dev.quorate.api.model.RangeResponse;
import dev.quorate.api.model.SortOrder;
import dev.quorate.api.model.SortTarget;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Ranges with every option, held against what a real etcd 3.7.1 answered. */
class RangeAnswersTest {
    private final StoreFixture fixture = new StoreFixture();

    @Test
    void answersAreThoseOfEtcd() throws IOException {
        fixture.leases.grant(77);
        int ranges = 0;
        for (String line : resource().lines().toList()) {
            String[] words = line.split(" ", -1);
            switch (words[0]) {
                case "put" -> {
                    PutRequest put =
                            PutRequest.of(bytes(words[1]), bytes(words[2])).withLease(Long.parseLong(words[3]));
                    fixture.apply(writer -> writer.put(put));
                }
                case "del" -> {
                    KeyRange range = KeyRange.single(bytes(words[1]));
                    fixture.apply(writer -> writer.deleteRange(DeleteRangeRequest.of(range)));
                }
                case "compact" -> {
                    long revision = Long.parseLong(words[1]);
                    fixture.apply(writer -> writer.compact(new CompactionRequest(revision, false)));
                    fixture.compactAll();
                }
                case "range" -> {
                    assertThat(answer(request(words))).as(line).isEqualTo(line.substring(line.indexOf('=') + 2));
                    ranges++;
                }
                default -> assertThat(line).startsWith("#");
            }
        }
        assertThat(ranges).isEqualTo(500);
    }

    private static RangeRequest request(String[] words) {
        return RangeRequest.builder(new KeyRange(bytes(words[1]), bytes(words[2])))
                .limit(Long.parseLong(words[3]))
                .revision(Long.parseLong(words[4]))
                .sort(SortTarget.valueOf(words[6]), SortOrder.valueOf(words[5]))
                .keysOnly(Boolean.parseBoolean(words[7]))
                .countOnly(Boolean.parseBoolean(words[8]))
                .modRevisions(Long.parseLong(words[9]), Long.parseLong(words[10]))
                .createRevisions(Long.parseLong(words[11]), Long.parseLong(words[12]))
                .build();
    }

    private String answer(RangeRequest request) {
        RangeResponse answer;
        try {
            answer = fixture.store.range(request);
        } catch (EtcdException e) {
            return String.valueOf(e.getMessage()).replace(' ', '_');
        }
        String kvs = answer.kvs().stream()
                .map(kv -> kv.key().toUtf8() + ":" + kv.createRevision() + ":" + kv.modRevision() + ":" + kv.version()
                        + ":" + kv.value().toUtf8() + ":" + kv.lease())
                .collect(Collectors.joining(","));
        return answer.more() + " " + answer.count() + " " + (kvs.isEmpty() ? "-" : kvs);
    }

    private static Bytes bytes(String word) {
        return switch (word) {
            case "-" -> Bytes.EMPTY;
            case "0" -> KeyRange.FROM_KEY;
            default -> Bytes.utf8(word);
        };
    }

    private static String resource() throws IOException {
        try (InputStream in = RangeAnswersTest.class.getResourceAsStream("ranges.txt")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
