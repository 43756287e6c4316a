/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.cluster;

import dev.quorate.dist.ServerProcess;
import dev.quorate.dist.blackbox.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A member, real etcd or ours, that is started with the flags of the documentation and may be down. Not thread-safe.
 */
public final class Member {
    private static final int CLIENT_PORT = 2379;
    private static final int PEER_PORT = 2380;

    private final String name;
    private final Path program;
    private final String host;
    private final List<String> launcher;
    private final Path work;
    private final List<String> more;
    private List<String> founding = List.of();
    private @Nullable ServerProcess process;

    Member(String name, Path program, String host, List<String> launcher, Path work, List<String> more) {
        this.name = name;
        this.program = program;
        this.host = host;
        this.launcher = launcher;
        this.work = work;
        this.more = more;
    }

    /**
     * Returns its name.
     *
     * @return for example {@code infra0}
     */
    public String name() {
        return name;
    }

    /**
     * Returns where clients reach it.
     *
     * @return address and port
     */
    public String endpoint() {
        return host + ":" + CLIENT_PORT;
    }

    String peerUrl() {
        return "http://" + host + ":" + PEER_PORT;
    }

    /** Runs etcdctl, which is told of this member only. */
    Program etcdctl(String... arguments) throws IOException, InterruptedException {
        return ClusterProcess.etcdctlAt(endpoint(), arguments);
    }

    /** Founds a cluster or joins one, as {@code initialCluster} and {@code state} say; does not wait. */
    void begin(String initialCluster, String state) throws IOException {
        founding = List.of("--initial-cluster", initialCluster, "--initial-cluster-state", state);
        begin();
    }

    /** Starts it as the last time, without waiting; it may be unable to serve before others are there. */
    void begin() throws IOException {
        if (process != null && process.handle().isAlive()) {
            throw new IllegalStateException(name + " is running");
        }
        Files.createDirectories(work);
        List<String> command = new ArrayList<>(launcher);
        command.addAll(List.of(
                program.toString(),
                "--name",
                name,
                "--data-dir",
                work.resolve("data").toString()));
        command.addAll(List.of("--initial-advertise-peer-urls", peerUrl(), "--listen-peer-urls", peerUrl()));
        command.addAll(List.of("--listen-client-urls", "http://" + endpoint()));
        command.addAll(List.of("--advertise-client-urls", "http://" + endpoint()));
        command.addAll(List.of("--initial-cluster-token", "etcd-cluster-1"));
        command.addAll(founding);
        command.addAll(more);
        process = ServerProcess.begin(new ProcessBuilder(command), work, CLIENT_PORT);
    }

    /**
     * Starts it as the last time, and waits until it serves.
     *
     * @throws IOException if it does not
     * @throws InterruptedException if the caller is interrupted
     */
    public void restart() throws IOException, InterruptedException {
        begin();
        process().awaitReady();
    }

    /**
     * Returns its process.
     *
     * @return the last one that was started, be it alive or not
     */
    public ServerProcess process() {
        return Objects.requireNonNull(process, () -> name + " was never started");
    }

    boolean isRunning() {
        return process != null && process.handle().isAlive();
    }

    /** Ends it, be it paused or not. */
    void close() {
        if (process != null) {
            process.kill();
        }
    }
}
