/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.diff;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server, real etcd or ours, that was started on a free port of the loopback address with a data dir of its own. */
final class ServerProcess implements AutoCloseable {
    private static final int START_POLLS_MAX = 600;

    private final Process process;
    private final int port;

    private ServerProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    static ServerProcess start(Path program, Path work, List<String> flags) throws IOException, InterruptedException {
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

    String endpoint() {
        return "127.0.0.1:" + port;
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().completeOnTimeout(process, 10, TimeUnit.SECONDS).join();
        process.destroyForcibly();
    }
}
