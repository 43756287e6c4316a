/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.boot;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.spi.PeerCallException;
import dev.quorate.raft.spi.PeerObserver;
import dev.quorate.raft.spi.PeerSettings;
import dev.quorate.raft.spi.PeerTls;
import dev.quorate.raft.spi.PeerTransportProvider;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Members that are there already, each with the answers that a test gives it; all others are not reached. */
final class ScriptedPeers implements PeerTransportProvider {
    private final Map<String, Answer> answers = new HashMap<>();
    final List<String> asked = new ArrayList<>();

    ScriptedPeers answer(String url, String name, long clusterId, String body) {
        answers.put(url + " " + name, new Answer(clusterId, Bytes.utf8(body)));
        return this;
    }

    @Override
    public String name() {
        return "scripted";
    }

    @Override
    public Peers open(PeerSettings settings, PeerObserver observer) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Answer> ask(
            String url, String name, Bytes request, @Nullable PeerTls tls, long timeoutNanos) {
        asked.add(url + " " + name);
        Answer answer = answers.get(url + " " + name);
        return answer == null
                ? CompletableFuture.failedFuture(
                        new PeerCallException(PeerCallException.Reason.UNREACHABLE, "connection refused"))
                : CompletableFuture.completedFuture(answer);
    }
}
