/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.simulation;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.simulation.SimulatedNetwork;
import dev.quorate.raft.spi.PeerCallException;
import dev.quorate.raft.spi.PeerCallException.Reason;
import dev.quorate.raft.spi.PeerCalls;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Calls of a process over the simulated network: questions and answers may be lost, each for itself. */
final class SimulatedCalls implements PeerCalls {
    private final ServerProcess process;
    private final SimulatedNetwork network;
    private final Map<String, Handler> handlers = new HashMap<>(); // looked up only

    SimulatedCalls(ServerProcess process, SimulatedNetwork network) {
        this.process = process;
        this.network = network;
    }

    @Override
    public void handle(String name, Handler handler) {
        handlers.put(name, handler);
    }

    @Override
    public CompletionStage<Bytes> call(long memberId, String name, Bytes request, long timeoutNanos) {
        CompletableFuture<Bytes> answer = new CompletableFuture<>();
        if (!network.isConnected(process, memberId)) {
            return CompletableFuture.failedFuture(new PeerCallException(Reason.UNREACHABLE, "not connected"));
        }
        process.timer().schedule(() -> end(answer, Reason.UNKNOWN_OUTCOME), timeoutNanos, TimeUnit.NANOSECONDS);
        network.carry(
                process,
                memberId,
                target -> ((ServerProcess) target).calls().answer(process, name, request, answer),
                () -> end(answer, Reason.UNREACHABLE));
        return answer;
    }

    private void answer(ServerProcess caller, String name, Bytes request, CompletableFuture<Bytes> answer) {
        Handler handler = handlers.get(name);
        CompletionStage<Bytes> known = handler == null
                ? CompletableFuture.failedFuture(new PeerCallException(Reason.NOT_HANDLED, name))
                : handler.answer(request);
        known.whenComplete((bytes, failure) -> {
            if (process.isDead()) {
                return;
            }
            network.carry(
                    process,
                    caller.memberId(),
                    back -> {
                        if (caller.isDead()) {
                            return; // nobody waits for it any more
                        } else if (failure == null) {
                            answer.complete(bytes);
                        } else {
                            answer.completeExceptionally(failure);
                        }
                    },
                    () -> caller.calls().end(answer, Reason.UNKNOWN_OUTCOME));
        });
    }

    private void end(CompletableFuture<Bytes> answer, Reason reason) {
        if (!process.isDead()) {
            answer.completeExceptionally(new PeerCallException(reason, "the network has lost it"));
        }
    }
}
