/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.simulation;

import dev.quorate.raft.node.Workers;
import dev.quorate.raft.spi.PeerTransport;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A process of a member, from its start to its end. What a dead one still does comes to nothing: its calls return, or
 * break off with {@link Crash}.
 */
public abstract class SimulatedProcess {
    private final long memberId;
    private final List<SimulatedWorker> workers = new ArrayList<>();
    private PeerTransport.@Nullable Receiver receiver;
    private boolean dead;
    private int receiving; // snapshots, at this moment
    private int crashIn; // so many of its calls later

    /**
     * Begins a process.
     *
     * @param memberId whose it is
     */
    protected SimulatedProcess(long memberId) {
        this.memberId = memberId;
    }

    /**
     * Returns the member.
     *
     * @return its id
     */
    public final long memberId() {
        return memberId;
    }

    /** Waits for the disk, so other things happen; this process may be dead afterwards. */
    public abstract void block();

    /** Hears that it has come to the call in which it dies. */
    public abstract void crash();

    /**
     * Tells whether a write fails now.
     *
     * @return true if it does
     */
    public abstract boolean failsNow();

    /**
     * Tells whether it takes nothing from a member, since that was removed.
     *
     * @param sender the member
     * @return true if it tells the member so
     */
    public abstract boolean refuses(long sender);

    /** Hears that something has happened to it. */
    public abstract void touched();

    /**
     * Makes a thread of this process.
     *
     * @param name its name
     * @param work what it does
     * @return the thread
     */
    public final Workers.Worker worker(String name, Runnable work) {
        SimulatedWorker worker = new SimulatedWorker(name, work);
        workers.add(worker);
        return worker;
    }

    /**
     * Returns the threads.
     *
     * @return those that were made; none of a dead process
     */
    public final List<SimulatedWorker> workers() {
        return workers;
    }

    /**
     * Begins to listen, or ends it.
     *
     * @param listener takes what comes; null for nobody
     */
    public final void listen(PeerTransport.@Nullable Receiver listener) {
        receiver = listener;
    }

    /**
     * Returns who takes what comes.
     *
     * @return null if nobody listens
     */
    public final PeerTransport.@Nullable Receiver receiver() {
        return dead ? null : receiver;
    }

    /**
     * Tells whether the process has ended.
     *
     * @return true if it has
     */
    public final boolean isDead() {
        return dead;
    }

    /** Ends the call of a dead process. */
    public final void requireAlive() {
        if (dead) {
            throw new Crash();
        }
    }

    /** Ends the process. */
    public void die() {
        dead = true;
        workers.clear();
    }

    /** Waits for the disk, and ends the call if the process dies meanwhile. */
    public final void survive() {
        requireAlive();
        block();
        requireAlive();
    }

    final void receiving(int more) {
        receiving += more;
    }

    /**
     * Tells whether a thread waits for its disk: then the process cannot end in peace.
     *
     * @return true if one does
     */
    public boolean isBusy() {
        return receiving > 0 || workers.stream().anyMatch(SimulatedWorker::isCurrent);
    }

    /**
     * Lets the process die in one of the calls to come.
     *
     * @param calls how many; 0 for none
     */
    public final void crashIn(int calls) {
        crashIn = calls;
    }

    /**
     * Counts a call.
     *
     * @return true if the process dies in it
     */
    public final boolean crashesNow() {
        return crashIn > 0 && --crashIn == 0;
    }

    @Override
    public String toString() {
        return "member " + memberId;
    }
}
