/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.platform.Clock;
import dev.quorate.api.platform.Metrics;
import dev.quorate.api.snapshot.SnapshotFormat;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * What a member gets from the machine.
 *
 * @param clock the time
 * @param metrics takes measurements
 * @param timer runs what is due; one thread
 * @param pool runs what is too long for a caller's thread; bounded
 * @param snapshots writes snapshots; null if nothing on the class path does
 * @param faults takes what must not happen
 */
@API(status = API.Status.EXPERIMENTAL)
public record Environment(
        Clock clock,
        Metrics metrics,
        ScheduledExecutorService timer,
        Executor pool,
        @Nullable SnapshotFormat snapshots,
        Consumer<Throwable> faults) {
    /** Makes a task report what it throws; a timer would forget it, and the task with it. */
    Runnable guard(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                faults.accept(e);
            }
        };
    }
}
