/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.EntryType;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.MessageType;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SupersededTest {
    private static Message acknowledgement(long to, long term, long index) {
        return Message.of(MessageType.APPEND_RESPONSE)
                .from(1)
                .to(to)
                .term(term)
                .at(0, index)
                .build();
    }

    private static Message refusal(long to, long index) {
        return Message.of(MessageType.APPEND_RESPONSE)
                .from(1)
                .to(to)
                .term(3)
                .at(0, index)
                .reject(true)
                .build();
    }

    private static Message append(long to, long index, long commit, Entry... entries) {
        return Message.of(MessageType.APPEND)
                .from(1)
                .to(to)
                .term(3)
                .at(3, index)
                .commit(commit)
                .entries(List.of(entries))
                .build();
    }

    private static Entry entry(long index) {
        return new Entry(3, index, EntryType.NORMAL, Bytes.utf8("x"));
    }

    @Test
    void keepsOneAcknowledgementForEachReceiver() {
        Message first = acknowledgement(2, 3, 10);
        Message other = acknowledgement(5, 3, 10);
        Message last = acknowledgement(2, 3, 12);
        assertThat(Superseded.leaveOut(List.of(first, other, last))).containsExactly(other, last);
    }

    @Test
    void keepsWhatNoLaterOneSays() {
        Message higher = acknowledgement(2, 3, 14);
        Message refusal = refusal(2, 12);
        Message lower = acknowledgement(2, 3, 12);
        Message nextTerm = acknowledgement(2, 4, 14);
        assertThat(Superseded.leaveOut(List.of(higher, refusal, lower))).containsExactly(higher, refusal, lower);
        assertThat(Superseded.leaveOut(List.of(higher, nextTerm))).containsExactly(higher, nextTerm);
        assertThat(Superseded.leaveOut(List.of(refusal, higher))).containsExactly(refusal, higher);
    }

    @Test
    void leavesOutAnAppendThatOnlyToldTheCommitIndexOfTheNext() {
        Message empty = append(2, 10, 8);
        Message other = append(4, 10, 8);
        Message newer = append(2, 10, 9);
        Message full = append(2, 10, 10, entry(11));
        Message behind = append(2, 11, 10, entry(12));
        assertThat(Superseded.leaveOut(List.of(empty, other, newer, full, behind)))
                .containsExactly(other, full, behind);
    }

    @Test
    void keepsAppendsWithEntriesAndThoseThatStandElsewhere() {
        Message full = append(2, 10, 8, entry(11));
        Message after = append(2, 11, 11);
        Message elsewhere = append(2, 9, 12);
        Message lower = append(2, 9, 11, entry(10));
        List<Message> all = List.of(full, after, elsewhere, lower);
        assertThat(Superseded.leaveOut(all)).isSameAs(all);
    }
}
