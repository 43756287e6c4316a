/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import org.apiguardian.api.API;

/**
 * Makes the threads of a node. In simulations all of them are run by one thread, in the order that the simulation says.
 */
@API(status = API.Status.EXPERIMENTAL)
@FunctionalInterface
public interface Workers {
    /** Threads of the JVM. */
    Workers THREADS = ThreadWorker::new;

    /** Works when it is woken and rests otherwise. */
    interface Worker {
        /** Begins to work. Wakes before it count. */
        void start();

        /** Has the work done once more, soon. Thread-safe, cheap and quick. */
        void wake();

        /**
         * Tells whether the caller is this worker.
         *
         * @return true if it is
         */
        boolean isCurrent();

        /** Has the work done once more and ends; waits for it, unless the caller is this worker. */
        void stop();
    }

    /**
     * Makes a worker.
     *
     * @param name its name
     * @param work does all that there is to do now; never runs twice at the same time
     * @return the worker, not yet at work
     */
    Worker make(String name, Runnable work);
}
