/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.spi.ConfState;
import dev.quorate.raft.spi.ConsensusStatus;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.EntryType;
import dev.quorate.raft.spi.PeerTransport;
import dev.quorate.raft.spi.Snapshot;
import dev.quorate.raft.spi.SnapshotMark;
import dev.quorate.raft.spi.StateMachine;
import dev.quorate.raft.spi.StateSnapshot;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** The state machine of a member in one of its lives. */
final class SimulatedMachine implements StateMachine {
    private final SimulatedLife life;
    private final SimulatedStore store;
    private final World world;
    private final Invariants invariants;

    SimulatedMachine(SimulatedLife life, World world) {
        this.life = life;
        this.world = world;
        store = life.member().store();
        invariants = world.invariants();
    }

    MachineState state() {
        return store.latest();
    }

    @Override
    public List<Long> apply(List<Entry> entries) {
        life.requireAlive();
        invariants.observe(life);
        MachineState state = store.latest();
        List<Long> refused = new ArrayList<>(1);
        for (Entry entry : entries) {
            invariants.require(
                    entry.index() == state.index() + 1, "entries are applied in order, each once", life, entry, state);
            if (entry.type() != EntryType.NORMAL && state.refuses(entry)) {
                refused.add(entry.index());
            }
            state = state.after(entry);
            invariants.applied(life, entry, state);
        }
        world.block(life);
        life.requireAlive();
        store.add(state);
        world.block(life);
        life.requireAlive();
        life.clients().applied(entries, state);
        return refused;
    }

    @Override
    public ConfState confState() {
        return store.latest().confState();
    }

    @Override
    public StateSnapshot takeSnapshot() {
        life.requireAlive();
        MachineState state = store.latest();
        SnapshotMark mark = new SnapshotMark(state.index(), state.term(), state.confState());
        return new StateSnapshot(new Snapshot(mark, Bytes.EMPTY), new State(state));
    }

    /** A state on its way out. */
    private final class State implements PeerTransport.SnapshotState {
        private final byte[] encoded;
        private boolean closed;

        State(MachineState state) {
            encoded = state.encode();
        }

        @Override
        public long length() {
            return encoded.length;
        }

        @Override
        public InputStream open() {
            return new ByteArrayInputStream(encoded);
        }

        @Override
        public void close() {
            invariants.require(!closed, "a state is closed once", life);
            closed = true;
        }
    }

    @Override
    public void receiveSnapshot(Snapshot snapshot, InputStream state) throws IOException {
        byte[] encoded = state.readAllBytes();
        world.block(life);
        if (life.isDead()) {
            throw new IOException("the process died");
        }
        store.receive(snapshot.index(), MachineState.decode(encoded));
        world.block(life);
        if (life.isDead()) {
            throw new IOException("the process died");
        }
    }

    @Override
    public void installSnapshot(Snapshot snapshot) {
        life.requireAlive();
        world.block(life);
        life.requireAlive();
        life.member().install(snapshot.mark(), invariants);
        world.block(life);
        life.requireAlive();
        life.clients().applied(List.of(), store.latest());
    }

    @Override
    public void leaderChanged(ConsensusStatus status) {
        invariants.shown(life, status);
    }

    @Override
    public void removed() {
        life.noteRemoved();
    }

    @Override
    public long appliedIndex() {
        return store.latest().index();
    }

    @Override
    public long durableIndex() {
        return store.durable().index();
    }

    @Override
    public void flush() {
        life.requireAlive();
        world.block(life);
        life.requireAlive();
        store.flush();
    }
}
