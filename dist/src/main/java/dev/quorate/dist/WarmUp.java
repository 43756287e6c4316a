/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist;

import dev.quorate.server.boot.BootException;
import dev.quorate.server.boot.MemberConfig;
import dev.quorate.server.boot.RunningMember;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/**
 * Runs the way of a request some thousand times before clients come, so that the first ones meet compiled code.
 *
 * <p>The requests go to a member that is thrown away: in memory, on a port of the loopback interface that the system
 * chooses, with measurements of its own. Nothing of the real member is touched. Both run the same code but for log and
 * engine.
 */
final class WarmUp {
    private static final int CLIENTS_PER_METHOD = 2;
    private static final int BURST = 16;

    private WarmUp() {}

    /**
     * Warms up for a while. If it cannot be done, starts are only slower.
     *
     * @param millis how long requests are sent
     * @return how many were answered
     */
    static long run(long millis) {
        if (millis <= 0) {
            return 0;
        }
        List<AutoCloseable> parts = new ArrayList<>();
        try {
            RunningMember member = RunningMember.start(MemberConfig.builder()
                    .name("warm-up")
                    .storage("memory")
                    .dataDir(Path.of("warm-up-has-no-folder"))
                    .listenClientUrls(List.of("http://127.0.0.1:0"))
                    .build());
            parts.add(member);
            int port = URI.create(member.clientUrls().get(0)).getPort();
            List<WarmUpClient> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS_PER_METHOD; i++) {
                clients.add(new WarmUpClient(port, WarmUpClient.Method.PUT));
                clients.add(new WarmUpClient(port, WarmUpClient.Method.RANGE));
            }
            parts.addAll(clients);
            CompletableFuture<Void> end = new CompletableFuture<>();
            end.completeOnTimeout(null, millis, TimeUnit.MILLISECONDS);
            return load(clients, end);
        } catch (IOException | BootException e) {
            LoggerFactory.getLogger(WarmUp.class).debug("cannot warm up", e);
            return 0;
        } finally {
            Thread cleaner = new Thread(() -> close(parts), "quorate-warm-up");
            cleaner.setDaemon(true);
            cleaner.start();
        }
    }

    private static long load(List<WarmUpClient> clients, Future<?> end) throws IOException {
        long answered = 0;
        do {
            for (WarmUpClient client : clients) {
                client.send(BURST);
            }
            for (WarmUpClient client : clients) {
                client.awaitAnswers();
                answered += BURST;
            }
        } while (!end.isDone());
        return answered;
    }

    private static void close(List<AutoCloseable> parts) {
        for (int i = parts.size() - 1; i >= 0; i--) {
            try {
                parts.get(i).close();
            } catch (Exception e) {
                LoggerFactory.getLogger(WarmUp.class).debug("cannot end the warm-up", e);
            }
        }
    }
}
