/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server, real etcd or ours, that was started on a free port of the loopback address with a data dir of its own. */
public final class ServerProcess implements AutoCloseable {
    private static final int START_POLLS_MAX = 600;

    private final Process process;
    private final int port;

    private ServerProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts a server and waits until it serves.
     *
     * @param program the program
     * @param work where its data and its log lie; what is there is taken up
     * @param flags more flags
     * @return the running server
     * @throws IOException if it ends, or does not serve within a minute
     * @throws InterruptedException if the caller is interrupted
     */
    public static ServerProcess start(Path program, Path work, List<String> flags)
            throws IOException, InterruptedException {
        int client = freePort();
        int peer = freePort();
        Path log = work.resolve("log");
        List<String> command = new ArrayList<>(List.of(
                program.toString(),
                "--data-dir=" + work.resolve("data"),
                "--listen-client-urls=http://127.0.0.1:" + client,
                "--advertise-client-urls=http://127.0.0.1:" + client,
                "--listen-peer-urls=http://127.0.0.1:" + peer));
        command.addAll(flags);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        for (int i = 0; i < START_POLLS_MAX; i++) {
            if (Files.readString(log).contains("ready to serve client requests")) {
                return new ServerProcess(process, client);
            }
            if (process.waitFor(100, TimeUnit.MILLISECONDS)) {
                break;
            }
        }
        process.destroyForcibly();
        throw new IOException(program + " did not start: " + Files.readString(log));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /**
     * Returns where clients reach it.
     *
     * @return address and port
     */
    public String endpoint() {
        return "127.0.0.1:" + port;
    }

    /** Ends it as kill -9 does, and waits until it is gone. */
    public void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().completeOnTimeout(process, 10, TimeUnit.SECONDS).join();
        process.destroyForcibly();
    }
}
