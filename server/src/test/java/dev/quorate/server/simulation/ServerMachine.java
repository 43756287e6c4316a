/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.simulation;

import dev.quorate.raft.spi.ConfState;
import dev.quorate.raft.spi.ConsensusStatus;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.Snapshot;
import dev.quorate.raft.spi.StateMachine;
import dev.quorate.raft.spi.StateSnapshot;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** The state machine of a member, which knows when the state of another one is put in place. */
final class ServerMachine implements StateMachine {
    private final ServerProcess process;
    private final StateMachine member;

    ServerMachine(ServerProcess process, StateMachine member) {
        this.process = process;
        this.member = member;
    }

    @Override
    public List<Long> apply(List<Entry> entries) {
        process.requireAlive();
        return member.apply(entries);
    }

    @Override
    public ConfState confState() {
        return member.confState();
    }

    @Override
    public StateSnapshot takeSnapshot() {
        process.requireAlive();
        return member.takeSnapshot();
    }

    @Override
    public void receiveSnapshot(Snapshot snapshot, InputStream state) throws IOException {
        survive();
        member.receiveSnapshot(snapshot, state);
        survive();
    }

    private void survive() throws IOException {
        process.block();
        if (process.isDead()) {
            throw new IOException("the process died");
        }
    }

    @Override
    public void installSnapshot(Snapshot snapshot) {
        process.survive();
        process.replacing(true);
        try {
            member.installSnapshot(snapshot);
        } finally {
            process.replacing(false);
        }
    }

    @Override
    public void leaderChanged(ConsensusStatus status) {
        member.leaderChanged(status);
    }

    @Override
    public void removed() {
        member.removed();
    }

    @Override
    public long appliedIndex() {
        return member.appliedIndex();
    }

    @Override
    public long durableIndex() {
        return member.durableIndex();
    }

    @Override
    public void flush() {
        process.requireAlive();
        member.flush();
    }
}
