/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.log;

import dev.quorate.raft.log.LogFiles.LogFile;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Makes the next file of the log ahead of time, on a thread of its own, so that a durable write never waits for the
 * file system to find room. At most one file lies ready. Confined to the log thread.
 */
final class SegmentMaker implements AutoCloseable {
    /** Name of the file that is being made; readers, etcd's too, look at files that end in .wal only. */
    static final String NAME = "0.tmp";

    private final LogFiles files;
    private final long size;
    private final ExecutorService worker = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "quorate-wal-files");
        thread.setDaemon(true);
        return thread;
    });
    private @Nullable CompletableFuture<LogFile> next;

    SegmentMaker(LogFiles files, long size) {
        this.files = files;
        this.size = size;
    }

    private CompletableFuture<LogFile> make() {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return files.create(NAME, size);
                    } catch (IOException e) {
                        throw new CompletionException(e);
                    }
                },
                worker);
    }

    /** Begins to make a file unless one lies ready. */
    void prepare() {
        if (next == null) {
            next = make();
        }
    }

    /**
     * Takes the file that lies ready, waiting for it if need be; it is named {@link #NAME} until the caller renames it.
     */
    LogFile take() throws IOException {
        prepare();
        CompletableFuture<LogFile> made = Objects.requireNonNull(next);
        next = null;
        try {
            return made.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
        }
    }

    @Override
    public void close() throws IOException {
        if (next != null) {
            take().close();
        }
        worker.shutdown();
        files.delete(NAME);
    }
}
