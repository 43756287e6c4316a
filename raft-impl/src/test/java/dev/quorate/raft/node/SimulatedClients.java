/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import dev.quorate.raft.spi.Consensus.DropReason;
import dev.quorate.raft.spi.Consensus.ReadIndexListener;
import dev.quorate.raft.spi.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The clients of a member in one of its lives: a write is answered when it is applied there, a read when it may be. */
final class SimulatedClients {
    private record Waiting(long index, History.Read read) {}

    private final SimulatedLife life;
    private final History history;
    private final Map<Long, History.Write> writes = new HashMap<>(); // looked up only
    private List<Waiting> reads = new ArrayList<>();

    SimulatedClients(SimulatedLife life, History history) {
        this.life = life;
        this.history = history;
    }

    void write(RaftNode node, int length) {
        History.Write write = history.beginWrite();
        writes.put(write.id(), write);
        node.propose(History.command(write.id(), length), reason -> {
            writes.remove(write.id());
            history.dropped(write, reason);
        });
    }

    void read(RaftNode node) {
        History.Read read = history.beginRead();
        node.readIndex(new ReadIndexListener() {
            @Override
            public void confirmed(long index) {
                if (life.isDead()) {
                    return; // nobody hears it
                }
                if (index <= life.machine().appliedIndex()) {
                    history.answered(read, life.machine().state().revision());
                } else {
                    reads.add(new Waiting(index, read));
                }
            }

            @Override
            public void failed(DropReason reason) {
                history.failed(read);
            }
        });
    }

    /** Answers what waits for entries that are applied now. */
    void applied(List<Entry> entries, MachineState state) {
        long revision = state.revision();
        for (int i = entries.size() - 1; i >= 0; i--) {
            if (MachineState.isCommand(entries.get(i))) {
                History.Write write = writes.remove(History.id(entries.get(i)));
                if (write != null) {
                    history.answered(write, revision);
                }
                revision--;
            }
        }
        if (reads.isEmpty()) {
            return;
        }
        List<Waiting> others = new ArrayList<>();
        for (Waiting waiting : reads) {
            if (waiting.index() <= state.index()) {
                history.answered(waiting.read(), state.revision());
            } else {
                others.add(waiting);
            }
        }
        reads = others;
    }

    /** Nobody is answered any more. */
    void forget() {
        writes.clear();
        reads.clear();
    }
}
