/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.spi.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.MessageType;
import dev.quorate.raft.spi.PeerObserver;
import dev.quorate.raft.spi.PeerSettings;
import dev.quorate.raft.spi.PeerTransport;
import dev.quorate.raft.spi.PeerTransportProvider.Peers;
import dev.quorate.raft.spi.contract.PeerTransportContract;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class MemoryNetworkTest extends PeerTransportContract {
    private final MemoryNetwork network = new MemoryNetwork(1);
    private int addresses;

    @Override
    protected Peers open(PeerSettings settings, PeerObserver observer) {
        return network.open(settings);
    }

    @Override
    protected String freeAddress() {
        return "memory://" + addresses++;
    }

    @Override
    protected void stall(Member member) {
        network.pause(member.settings().memberId());
    }

    @Override
    protected void letCallsTimeOut() {
        network.advance(MemoryPeers.CALL_STEPS_MAX);
    }

    @Override
    protected void await(String what, BooleanSupplier so) {
        if (!so.getAsBoolean()) {
            network.settle();
        }
        assertThat(so.getAsBoolean()).as(what).isTrue();
    }

    // ---------------------------------------------------------------- faults

    /** Keeps the commit index of each message. */
    private static final class Commits implements PeerTransport.Receiver {
        private final List<Long> seen = new ArrayList<>();
        private final List<Long> unreachable = new ArrayList<>();

        @Override
        public void receive(Message message) {
            seen.add(message.commit());
        }

        @Override
        public void receiveSnapshot(Message message, InputStream state) throws IOException {
            state.readAllBytes();
        }

        @Override
        public void unreachable(long memberId) {
            unreachable.add(memberId);
        }

        @Override
        public void snapshotSent(long memberId, boolean arrived) {}

        @Override
        public void removed() {}
    }

    private static PeerTransport start(MemoryNetwork network, long id, Commits commits) throws IOException {
        PeerTransport transport = network.open(new PeerSettings(
                        id, 1, List.of("memory://" + id), List.of("memory://" + id), "3.7.1", "3.0.0", null, 1))
                .transport();
        transport.addPeer(3 - id, List.of("memory://" + (3 - id)));
        transport.start(commits);
        return transport;
    }

    private static Message message(long from, long to, long commit) {
        return Message.of(MessageType.HEARTBEAT)
                .from(from)
                .to(to)
                .commit(commit)
                .build();
    }

    private static List<Long> run(long seed, MemoryNetwork.Faults faults) throws IOException {
        MemoryNetwork network = new MemoryNetwork(seed);
        network.faults(faults);
        Commits commits = new Commits();
        PeerTransport one = start(network, 1, new Commits());
        start(network, 2, commits);
        for (int i = 0; i < 1_000; i++) {
            one.send(List.of(message(1, 2, i)));
            network.advance(1);
        }
        network.settle();
        return commits.seen;
    }

    @Test
    void losesDoublesAndSwapsAsTheSeedWants() throws IOException {
        MemoryNetwork.Faults faults = new MemoryNetwork.Faults(0.2, 0.1, 1, 20, true);
        List<Long> seen = run(5, faults);

        assertThat(run(5, faults)).isEqualTo(seen);
        assertThat(run(6, faults)).isNotEqualTo(seen);
        assertThat(new HashSet<>(seen)).hasSizeBetween(780, 900); // what was doubled is rarely lost
        assertThat(seen)
                .hasSizeBetween(800, 1_000)
                .isNotEqualTo(seen.stream().sorted().toList());
    }

    @Test
    void delaysInOrderIfNothingMayOvertake() throws IOException {
        List<Long> seen = run(7, new MemoryNetwork.Faults(0, 0, 3, 30, false));

        assertThat(seen).hasSize(1_000).isSorted();
    }

    @Test
    void cutsOneWay() throws IOException {
        Commits onOne = new Commits();
        Commits onTwo = new Commits();
        PeerTransport one = start(network, 1, onOne);
        PeerTransport two = start(network, 2, onTwo);
        network.cut(1, 2);
        one.send(List.of(message(1, 2, 1), message(1, 2, 2)));
        two.send(List.of(message(2, 1, 3)));
        network.settle();

        assertThat(onTwo.seen).isEmpty();
        assertThat(onOne.seen).containsExactly(3L);
        assertThat(onOne.unreachable).containsExactly(2L);

        network.heal();
        one.send(List.of(message(1, 2, 4)));
        network.settle();
        assertThat(onTwo.seen).containsExactly(4L);
    }
}
