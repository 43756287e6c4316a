/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What of a state machine is in storage: after a crash, some prefix of the batches, at least the flushed ones. */
final class SimulatedStore {
    private final List<MachineState> batches = new ArrayList<>(); // not durable yet
    private final TreeMap<Long, MachineState> received = new TreeMap<>(); // states of others, not in use
    private MachineState durable = MachineState.EMPTY;

    MachineState latest() {
        return batches.isEmpty() ? durable : batches.get(batches.size() - 1);
    }

    MachineState durable() {
        return durable;
    }

    void add(MachineState batch) {
        batches.add(batch);
    }

    /** Makes the oldest batches durable. */
    void flush(int count) {
        if (count > 0) {
            durable = batches.get(count - 1);
            batches.subList(0, count).clear();
        }
    }

    void flush() {
        flush(batches.size());
    }

    /** Loses what is not durable, but for some of the oldest batches. */
    void crash(World world) {
        flush(world.dice(batches.size() + 1));
        batches.clear();
    }

    int waiting() {
        return batches.size();
    }

    void receive(long index, MachineState state) {
        received.put(index, state);
    }

    @Nullable
    MachineState received(long index) {
        return received.get(index);
    }

    /** Puts a state that was received in place. */
    void replace(MachineState state) {
        batches.clear();
        durable = state;
        received.headMap(state.index(), true).clear();
    }
}
