/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.spi.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.spi.ConfState;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.EntryType;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.MessageType;
import dev.quorate.raft.spi.PeerCallException;
import dev.quorate.raft.spi.PeerCallException.Reason;
import dev.quorate.raft.spi.PeerCalls;
import dev.quorate.raft.spi.PeerObserver;
import dev.quorate.raft.spi.PeerSettings;
import dev.quorate.raft.spi.PeerTls;
import dev.quorate.raft.spi.PeerTransport;
import dev.quorate.raft.spi.PeerTransportProvider.Peers;
import dev.quorate.raft.spi.Snapshot;
import dev.quorate.raft.spi.SnapshotMark;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What {@link PeerTransport} and {@link PeerCalls} promise. */
public abstract class PeerTransportContract {
    private static final long A = 0xa1L;
    private static final long B = 0xb2_0000_0000_0000_02L;
    private static final long C = 0xc3L;
    private static final long CLUSTER = 0xcdf8_18b0_e2c9_63ebL;
    private static final long CALL_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final List<Member> opened = new ArrayList<>();

    /** Creates the tests of one transport. */
    protected PeerTransportContract() {}

    /** A member of the test. */
    protected record Member(PeerSettings settings, PeerTransport transport, PeerCalls calls, Recorder recorder) {
        long id() {
            return settings.memberId();
        }

        void send(Message... messages) {
            transport.send(List.of(messages));
        }

        Member start() {
            try {
                transport.start(recorder);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            return this;
        }
    }

    /** Makes a transport that is not started. */
    protected abstract Peers open(PeerSettings settings, PeerObserver observer);

    /** Returns an address that nobody listens on. */
    protected abstract String freeAddress();

    /** How connections are secured. */
    protected @Nullable PeerTls tls() {
        return null;
    }

    /** Makes a member take nothing any more, as if it were busy. */
    protected void stall(Member member) {
        member.recorder().stall();
    }

    /** Lets the time pass in which calls end. */
    protected void letCallsTimeOut() {
        // real time does
    }

    /** Waits until something is so; fails if it does not become so. */
    protected void await(String what, BooleanSupplier so) {
        for (int i = 0; i < 30_000; i++) {
            if (so.getAsBoolean()) {
                return;
            }
            LockSupport.parkNanos(1_000_000);
        }
        throw new AssertionError("waited in vain: " + what);
    }

    @AfterEach
    void closeAll() {
        opened.forEach(member -> member.recorder().resume());
        opened.forEach(member -> member.transport().close());
    }

    private Member member(long id, long cluster, String address) {
        PeerSettings settings = new PeerSettings(
                id, cluster, List.of(address), List.of(address), "3.7.1", "3.0.0", tls(), TimeUnit.SECONDS.toNanos(2));
        Peers peers = open(settings, PeerObserver.NONE);
        Member member = new Member(settings, peers.transport(), peers.calls(), new Recorder());
        opened.add(member);
        return member;
    }

    private Member member(long id) {
        return member(id, CLUSTER, freeAddress());
    }

    private static void introduce(Member... members) {
        for (Member one : members) {
            for (Member other : members) {
                if (one.id() != other.id()) {
                    one.transport().addPeer(other.id(), other.settings().advertisedUrls());
                }
            }
        }
    }

    private void connect(Member... members) {
        introduce(members);
        for (Member one : members) {
            one.start();
        }
        for (Member one : members) {
            for (Member other : members) {
                if (one.id() != other.id()) {
                    await("connection", () -> one.transport().connectedNanos(other.id()) >= 0);
                }
            }
        }
    }

    private static Message heartbeat(Member from, Member to, long commit) {
        return Message.of(MessageType.HEARTBEAT)
                .from(from.id())
                .to(to.id())
                .term(7)
                .commit(commit)
                .build();
    }

    private static Message append(Member from, Member to, long index, int dataLength) {
        Entry entry = new Entry(7, index + 1, EntryType.NORMAL, Bytes.wrap(new byte[dataLength]));
        return Message.of(MessageType.APPEND)
                .from(from.id())
                .to(to.id())
                .term(7)
                .at(7, index)
                .entries(List.of(entry))
                .commit(index)
                .build();
    }

    private static Message snapshot(Member from, Member to) {
        SnapshotMark mark = new SnapshotMark(90, 6, ConfState.of(List.of(from.id(), to.id()), List.of()));
        return Message.of(MessageType.SNAPSHOT)
                .from(from.id())
                .to(to.id())
                .term(7)
                .snapshot(new Snapshot(mark, Bytes.utf8("members")))
                .build();
    }

    private static boolean isOf(Message message, MessageType type) {
        return message.type() == type;
    }

    // ---------------------------------------------------------------- messages

    @Test
    void carriesEveryFieldOfAMessage() {
        Member a = member(A);
        Member b = member(B);
        connect(a, b);
        List<Message> sent = new ArrayList<>();
        for (MessageType type : MessageType.values()) {
            if (!type.isLocal() && type != MessageType.SNAPSHOT && type != MessageType.APPEND) {
                sent.add(Message.of(type)
                        .from(a.id())
                        .to(b.id())
                        .term(Long.MAX_VALUE)
                        .at(3, 1L << 40)
                        .entries(List.of(
                                new Entry(2, 5, EntryType.CONF_CHANGE, Bytes.utf8("x")),
                                new Entry(2, 6, EntryType.NORMAL, Bytes.EMPTY)))
                        .commit(8)
                        .reject(true)
                        .rejectHint(9)
                        .context(Bytes.utf8("context"))
                        .vote(B)
                        .build());
            }
        }
        a.transport().send(sent);

        await("all messages", () -> b.recorder().messages().size() >= sent.size());
        assertThat(b.recorder().messages()).containsExactlyElementsOf(sent);
    }

    @Test
    void keepsTheOrderOfEachKind() {
        Member a = member(A);
        Member b = member(B);
        connect(a, b);
        int count = 2_000;
        for (int i = 0; i < count; i++) {
            a.send(append(a, b, i, i % 100), heartbeat(a, b, i));
        }

        await("all messages", () -> b.recorder().messages().size() >= 2 * count);
        List<Message> appends = b.recorder().messages(message -> isOf(message, MessageType.APPEND));
        assertThat(appends.stream().map(Message::index))
                .containsExactlyElementsOf(LongStream.range(0, count).boxed().toList());
        assertThat(appends.get(count - 1)).isEqualTo(append(a, b, count - 1, (count - 1) % 100));
        assertThat(b.recorder().messages(message -> isOf(message, MessageType.HEARTBEAT)).stream()
                        .map(Message::commit))
                .containsExactlyElementsOf(LongStream.range(0, count).boxed().toList());
        assertThat(a.recorder().unreachable()).isEmpty();
    }

    @Test
    void carriesAppendsThatStepBackAndChangeTerm() {
        Member a = member(A);
        Member b = member(B);
        connect(a, b);
        Message first = append(a, b, 10, 3);
        Message second = append(a, b, 11, 3);
        Message probe = first.toBuilder().at(6, 4).entries(List.of()).build();
        Message empty =
                second.toBuilder().at(7, 12).entries(List.of()).commit(12).build();
        Message nextTerm = second.toBuilder().term(8).at(7, 12).build();
        List<Message> sent = List.of(first, second, empty, probe, first, nextTerm, empty);
        a.transport().send(sent);

        await("all messages", () -> b.recorder().messages().size() >= sent.size());
        assertThat(b.recorder().messages()).containsExactlyElementsOf(sent);
    }

    @Test
    void carriesLargeMessages() {
        Member a = member(A);
        Member b = member(B);
        connect(a, b);
        Message large = append(a, b, 1, 20 << 20);
        a.send(large, append(a, b, 2, 1));

        await("the large message", () -> b.recorder().messages().size() >= 2);
        assertThat(b.recorder().messages().get(0).equals(large)).isTrue();
        assertThat(b.recorder().messages().get(1)).isEqualTo(append(a, b, 2, 1));
    }

    @Test
    void dropsWhatGoesToUnknownMembers() {
        Member a = member(A);
        Member b = member(B);
        connect(a, b);
        a.send(heartbeat(a, b, 1).toBuilder().to(99).build(), heartbeat(a, b, 2));

        await("the message behind it", () -> b.recorder().messages().size() == 1);
        assertThat(b.recorder().messages()).containsExactly(heartbeat(a, b, 2));
        assertThat(a.recorder().unreachable()).isEmpty();
    }

    @Test
    void takesNothingInTheNameOfAnother() {
        Member a = member(A);
        Member b = member(B);
        connect(a, b);
        Message passedOn = Message.of(MessageType.PROPOSE)
                .from(C)
                .to(B)
                .entries(List.of(new Entry(0, 0, EntryType.NORMAL, Bytes.utf8("put"))))
                .build();
        a.send(heartbeat(a, b, 1).toBuilder().from(C).build(), passedOn, heartbeat(a, b, 2));

        await("what is in order", () -> b.recorder().messages().size() >= 2);
        assertThat(b.recorder().messages()).containsExactly(passedOn, heartbeat(a, b, 2));
    }

    // ---------------------------------------------------------------- who may speak

    @Test
    void refusesAndTellsARemovedMember() {
        Member a = member(A);
        Member b = member(B);
        Member c = member(C);
        connect(a, b, c);
        a.transport().removePeer(b.id());
        b.send(heartbeat(b, a, 1));
        a.send(heartbeat(a, b, 2));
        c.send(heartbeat(c, a, 3));

        await("the removed one is told", () -> b.recorder().removedCount() > 0);
        await("the other one is heard", () -> !a.recorder().messages().isEmpty());
        assertThat(a.recorder().messages().get(a.recorder().messages().size() - 1))
                .isEqualTo(heartbeat(c, a, 3));
        assertThat(a.transport().connectedNanos(b.id())).isEqualTo(-1);
        assertThat(c.recorder().removedCount()).isZero();
    }

    @Test
    void refusesOtherClusters() {
        Member a = member(A);
        Member b = member(B, CLUSTER + 1, freeAddress());
        Member c = member(C);
        introduce(a, b, c);
        a.start();
        b.start();
        c.start();
        await(
                "connection",
                () -> a.transport().connectedNanos(C) >= 0 && c.transport().connectedNanos(A) >= 0);
        a.send(heartbeat(a, b, 1));
        b.send(heartbeat(b, a, 2));
        c.send(heartbeat(c, a, 3));
        a.send(heartbeat(a, c, 4));

        await(
                "the same cluster",
                () -> !c.recorder().messages().isEmpty()
                        && !a.recorder().messages().isEmpty());
        await(
                "the loss",
                () -> a.recorder().unreachable().contains(B)
                        && b.recorder().unreachable().contains(A));
        assertThat(a.recorder().messages()).containsExactly(heartbeat(c, a, 3));
        assertThat(b.recorder().messages()).isEmpty();
        assertThat(a.transport().connectedNanos(B)).isEqualTo(-1);
    }

    // ---------------------------------------------------------------- loss

    @Test
    void deadMemberCostsOneReportAndDelaysNobody() {
        Member a = member(A);
        Member b = member(B);
        Member c = member(C);
        introduce(a, b, c);
        a.start();
        c.start();
        await(
                "connection",
                () -> a.transport().connectedNanos(C) >= 0 && c.transport().connectedNanos(A) >= 0);
        for (int i = 0; i < 1_000; i++) {
            a.send(heartbeat(a, b, i), append(a, b, i, 10), heartbeat(a, c, i));
        }

        await("the living one", () -> c.recorder().messages().size() == 1_000);
        await("the loss", () -> !a.recorder().unreachable().isEmpty());
        assertThat(a.recorder().unreachable()).containsExactly(B);
        assertThat(a.transport().connectedNanos(B)).isEqualTo(-1);
    }

    @Test
    void slowMemberCostsBoundedMemoryAndDelaysNobody() {
        Member a = member(A);
        Member b = member(B);
        Member c = member(C);
        connect(a, b, c);
        stall(b);
        Bytes shared = Bytes.wrap(new byte[1 << 20]);
        Entry entry = new Entry(7, 1, EntryType.NORMAL, shared);
        Message much = append(a, b, 0, 0).toBuilder().entries(List.of(entry)).build();
        for (int i = 0; i < 5_000; i++) {
            a.send(much, heartbeat(a, c, i));
            if (i % 500 == 0) {
                int behind = i;
                await("the quick one", () -> c.recorder().messages().size() >= behind);
            }
        }

        await("the quick one", () -> c.recorder().messages().size() == 5_000);
        await("the loss", () -> a.recorder().unreachable().contains(B));
        assertThat(a.recorder().unreachable()).doesNotContain(C).hasSizeLessThan(10);
    }

    @Test
    void tellsOnceThatTheAddressesOfALostMemberRefuse() {
        Member a = member(A);
        Member b = member(B);
        Member c = member(C);
        a.transport().addPeer(C, c.settings().advertisedUrls());
        connect(a, b);
        a.send(heartbeat(a, b, 1));
        await("a message", () -> !b.recorder().messages().isEmpty());
        assertThat(a.recorder().refused()).isEmpty();
        b.transport().close();

        await("the refusal", () -> {
            a.send(heartbeat(a, b, 2), heartbeat(a, c, 2));
            return !a.recorder().refused().isEmpty();
        });
        await("the loss", () -> {
            a.send(heartbeat(a, b, 3), heartbeat(a, c, 3));
            return a.recorder().unreachable().containsAll(List.of(B, C));
        });
        assertThat(a.recorder().refused())
                .as("B, and not C, which never was connected")
                .containsExactly(B);
    }

    @Test
    void findsAMemberThatComesBack() {
        Member a = member(A);
        Member b = member(B);
        connect(a, b);
        b.transport().close();
        await("the loss", () -> {
            a.send(heartbeat(a, b, 1));
            return a.recorder().unreachable().contains(B) && a.transport().connectedNanos(B) == -1;
        });
        Member again = member(B, CLUSTER, b.settings().listenUrls().get(0));
        introduce(a, again);
        again.start();

        await(
                "connection",
                () -> a.transport().connectedNanos(B) >= 0 && again.transport().connectedNanos(A) >= 0);
        await("a message", () -> {
            a.send(heartbeat(a, b, 2));
            return again.recorder().messages().contains(heartbeat(a, b, 2));
        });
        await("an answer", () -> {
            again.send(heartbeat(again, a, 3));
            return a.recorder().messages().contains(heartbeat(again, a, 3));
        });
    }

    @Test
    void followsAMemberToItsNewAddress() {
        Member a = member(A);
        Member b = member(B);
        a.transport().addPeer(B, List.of(freeAddress()));
        b.transport().addPeer(A, a.settings().advertisedUrls());
        a.start();
        b.start();
        a.transport()
                .addPeer(B, List.of(freeAddress(), b.settings().advertisedUrls().get(0)));

        await("connection", () -> a.transport().connectedNanos(B) >= 0);
    }

    @Test
    void closesQuietly() {
        Member a = member(A);
        Member b = member(B);
        connect(a, b);
        b.send(heartbeat(b, a, 1));
        await("a message", () -> !a.recorder().messages().isEmpty());
        a.transport().close();
        int heard = a.recorder().messages().size();
        b.send(heartbeat(b, a, 2));
        a.send(heartbeat(a, b, 3));
        a.transport().close();

        await("the loss", () -> {
            b.send(heartbeat(b, a, 4));
            return b.recorder().unreachable().contains(A);
        });
        assertThat(a.recorder().messages()).hasSize(heard);
        assertThat(a.recorder().removedCount()).isZero();
        assertThat(b.recorder().messages()).isEmpty();
        assertThat(b.recorder().removedCount()).isZero();
    }

    // ---------------------------------------------------------------- snapshots

    @Test
    void streamsSnapshots() {
        Member a = member(A);
        Member b = member(B);
        connect(a, b);
        TestState state = TestState.of(5_000_000);
        a.transport().sendSnapshot(snapshot(a, b), state);

        await("the end", () -> !a.recorder().sent().isEmpty());
        assertThat(a.recorder().sent()).containsExactly(true);
        assertThat(b.recorder().snapshots()).containsExactly(snapshot(a, b));
        assertThat(b.recorder().states().get(0).equals(state.content())).isTrue();
        assertThat(state.closes()).isEqualTo(1);
    }

    @Test
    void tellsOfSnapshotsThatDoNotArrive() {
        Member a = member(A);
        Member b = member(B);
        connect(a, b);
        List<TestState> states =
                List.of(TestState.broken(3_000_000), TestState.cutOff(3_000_000), TestState.of(10), TestState.of(20));

        a.transport().sendSnapshot(snapshot(a, b), states.get(0));
        await(
                "the first end",
                () -> a.recorder().sent().size() == 1 && b.recorder().brokenStates() == 1);
        a.transport().sendSnapshot(snapshot(a, b), states.get(1));
        await(
                "the second end",
                () -> a.recorder().sent().size() == 2 && b.recorder().brokenStates() == 2);
        b.recorder().refuseStates();
        a.transport().sendSnapshot(snapshot(a, b), states.get(2));
        await("the third end", () -> a.recorder().sent().size() == 3);
        a.transport().sendSnapshot(snapshot(a, b).toBuilder().to(99).build(), states.get(3));
        await("the fourth end", () -> a.recorder().sent().size() == 4);

        assertThat(a.recorder().sent()).containsOnly(false);
        assertThat(b.recorder().states()).isEmpty();
        assertThat(states).allSatisfy(state -> assertThat(state.closes()).isEqualTo(1));
    }

    // ---------------------------------------------------------------- calls

    private static void answering(Member member) {
        member.calls()
                .handle(
                        "echo",
                        asked -> CompletableFuture.completedFuture(
                                Bytes.utf8("you said ").concat(asked)));
        member.calls()
                .handle(
                        "refuse",
                        asked -> CompletableFuture.failedFuture(
                                new PeerCallException(Reason.REFUSED, "lease not found")));
        member.calls().handle("silence", asked -> new CompletableFuture<>());
    }

    private CompletableFuture<Bytes> call(Member from, long to, String name, long nanos) {
        CompletableFuture<Bytes> answer =
                from.calls().call(to, name, Bytes.utf8("hello"), nanos).toCompletableFuture();
        if (nanos < CALL_NANOS) {
            letCallsTimeOut();
        }
        await("an answer", answer::isDone);
        return answer;
    }

    private static void failsWith(Reason reason, CompletableFuture<Bytes> answer) {
        assertThatThrownBy(answer::join)
                .cause()
                .isInstanceOfSatisfying(
                        PeerCallException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(reason));
    }

    @Test
    void answersCalls() {
        Member a = member(A);
        Member b = member(B);
        answering(b);
        connect(a, b);

        assertThat(call(a, B, "echo", CALL_NANOS).join()).isEqualTo(Bytes.utf8("you said hello"));
        assertThatThrownBy(() -> b.calls().handle("echo", CompletableFuture::completedFuture))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void tellsWhyACallHasNoAnswer() {
        Member a = member(A);
        Member b = member(B);
        answering(b);
        a.transport().addPeer(C, List.of(freeAddress()));
        connect(a, b);

        failsWith(Reason.NOT_HANDLED, call(a, B, "nothing", CALL_NANOS));
        CompletableFuture<Bytes> refused = call(a, B, "refuse", CALL_NANOS);
        failsWith(Reason.REFUSED, refused);
        assertThatThrownBy(refused::join).hasMessageContaining("lease not found");
        failsWith(Reason.UNREACHABLE, call(a, C, "echo", CALL_NANOS));
        failsWith(Reason.UNREACHABLE, call(a, 99, "echo", CALL_NANOS));
        failsWith(Reason.UNKNOWN_OUTCOME, call(a, B, "silence", TimeUnit.MILLISECONDS.toNanos(300)));
    }
}
