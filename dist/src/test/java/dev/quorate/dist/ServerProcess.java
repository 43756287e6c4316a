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
    private static final int START_POLLS_MAX = 9000;
    private static final int START_POLL_MILLIS = 20;

    private final Process process;
    private final int port;
    private final Path log;

    private ServerProcess(Process process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /**
     * Starts a server and waits until it serves.
     *
     * @param program the program
     * @param work where its data and its log lie; what is there is taken up
     * @param flags more flags
     * @return the running server
     * @throws IOException if it ends, or does not serve within three minutes
     * @throws InterruptedException if the caller is interrupted
     */
    public static ServerProcess start(Path program, Path work, List<String> flags)
            throws IOException, InterruptedException {
        int client = freePort();
        return launch(command(program, work, flags, client), work, client);
    }

    private static ProcessBuilder command(Path program, Path work, List<String> flags, int client) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                program.toString(),
                "--data-dir=" + work.resolve("data"),
                "--listen-client-urls=http://127.0.0.1:" + client,
                "--advertise-client-urls=http://127.0.0.1:" + client,
                "--listen-peer-urls=http://127.0.0.1:" + freePort()));
        command.addAll(flags);
        return new ProcessBuilder(command);
    }

    /**
     * Starts a server and ends it as kill -9 does, whether it serves by then or not.
     *
     * @param program the program
     * @param work where its data lies; what is there is taken up
     * @param flags more flags
     * @param millis after which time
     * @throws IOException if it cannot be started
     * @throws InterruptedException if the caller is interrupted
     */
    public static void killWhileStarting(Path program, Path work, List<String> flags, int millis)
            throws IOException, InterruptedException {
        Process process = command(program, work, flags, freePort())
                .redirectErrorStream(true)
                .redirectOutput(work.resolve("log").toFile())
                .start();
        process.waitFor(millis, TimeUnit.MILLISECONDS);
        process.destroyForcibly();
        process.onExit().join();
    }

    /**
     * Starts a server by a command of the caller's and waits until it serves.
     *
     * @param command the command, its environment and working directory
     * @param work where its log lies
     * @param client the port that it was told to listen on
     * @return the running server
     * @throws IOException if it ends, or does not serve within three minutes
     * @throws InterruptedException if the caller is interrupted
     */
    public static ServerProcess launch(ProcessBuilder command, Path work, int client)
            throws IOException, InterruptedException {
        ServerProcess server = begin(command, work, client);
        server.awaitReady();
        return server;
    }

    /**
     * Starts a server by a command of the caller's, and does not wait: a member serves only when others are there.
     *
     * @param command the command, its environment and working directory
     * @param work where its log lies
     * @param client the port that it was told to listen on
     * @return the process
     * @throws IOException if it cannot be started
     */
    public static ServerProcess begin(ProcessBuilder command, Path work, int client) throws IOException {
        Path log = work.resolve("log");
        Process process =
                command.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        return new ServerProcess(process, client, log);
    }

    /**
     * Waits until it serves.
     *
     * @throws IOException if it ends, or does not serve within three minutes; then it is ended
     * @throws InterruptedException if the caller is interrupted
     */
    public void awaitReady() throws IOException, InterruptedException {
        for (int i = 0; i < START_POLLS_MAX; i++) {
            if (Files.readString(log).contains("ready to serve client requests")) {
                return;
            }
            if (process.waitFor(START_POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                break;
            }
        }
        process.destroyForcibly();
        List<String> lines = Files.readAllLines(log);
        String last = lines.isEmpty() ? "nothing" : lines.get(lines.size() - 1);
        throw new IOException("not ready; the last it said: " + last + "\nAll of it:\n" + String.join("\n", lines));
    }

    /**
     * Returns a port of the loopback address that nobody uses.
     *
     * @return its number
     * @throws IOException if there is none
     */
    public static int freePort() throws IOException {
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

    /**
     * Returns the port of the loopback address on which clients reach it.
     *
     * @return its number
     */
    public int port() {
        return port;
    }

    /**
     * Returns what it has written on standard output and error so far.
     *
     * @return its lines
     * @throws IOException if they cannot be read
     */
    public List<String> log() throws IOException {
        return Files.readAllLines(log);
    }

    /**
     * Returns the process.
     *
     * @return the direct child
     */
    public ProcessHandle handle() {
        return process.toHandle();
    }

    /**
     * Ends it as a supervisor does, and waits until it is gone.
     *
     * @return its exit code
     */
    public int stop() {
        process.destroy();
        return process.onExit().join().exitValue();
    }

    /**
     * Waits until it ends by itself.
     *
     * @return its exit code
     * @throws InterruptedException if the caller is interrupted
     * @throws IOException if it still runs after three minutes
     */
    public int awaitEnd() throws IOException, InterruptedException {
        if (!process.waitFor(3, TimeUnit.MINUTES)) {
            throw new IOException("the server has not ended by itself");
        }
        return process.exitValue();
    }

    /**
     * Sends it a signal.
     *
     * @param name for example {@code STOP}, which stops it in the middle of whatever it does, or {@code CONT}
     * @throws IOException if that fails
     * @throws InterruptedException if the caller is interrupted
     */
    public void signal(String name) throws IOException, InterruptedException {
        int code = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        if (code != 0) {
            throw new IOException("kill -" + name + " has ended with " + code);
        }
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
