/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.simulation;

import dev.quorate.raft.node.Workers;

/** A thread that runs when the simulation says so. */
public final class SimulatedWorker implements Workers.Worker {
    private final String name;
    private final Runnable work;
    private boolean started;
    private boolean woken;
    private boolean running;
    private boolean stopped;

    SimulatedWorker(String name, Runnable work) {
        this.name = name;
        this.work = work;
    }

    /**
     * Returns the name.
     *
     * @return the name
     */
    public String name() {
        return name;
    }

    @Override
    public void start() {
        started = true;
    }

    @Override
    public void wake() {
        woken = true;
    }

    /**
     * Tells whether there is something to do.
     *
     * @return true if there may be
     */
    public boolean isReady() {
        return started && woken && !running && !stopped;
    }

    /** Does what there is to do. */
    public void run() {
        woken = false;
        running = true;
        try {
            work.run();
        } finally {
            running = false;
        }
    }

    @Override
    public boolean isCurrent() {
        return running;
    }

    @Override
    public void stop() {
        if (!stopped && !running) {
            run();
            while (woken) {
                run();
            }
        }
        stopped = true;
    }
}
