/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.simulation;

import dev.quorate.api.error.EtcdException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/** What all clients have in common: how they hear of an answer. */
final class Client {
    private final ServerRules rules;
    private int answered;
    private int failed;

    Client(ServerRules rules) {
        this.rules = rules;
    }

    /** Hears how a request has ended, unless the process has that was asked. */
    <T> void ask(
            ServerProcess process,
            CompletableFuture<T> request,
            Consumer<T> onAnswer,
            Consumer<EtcdException> onFailure) {
        request.whenComplete((answer, failure) -> {
            if (process.isDead()) {
                return; // nobody hears it
            }
            if (failure == null) {
                answered++;
                onAnswer.accept(answer);
                return;
            }
            failed++;
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            if (cause instanceof EtcdException known) {
                onFailure.accept(known);
            } else {
                throw rules.violated("a request fails with an error that clients know", process, cause);
            }
        });
    }

    int answered() {
        return answered;
    }

    int failed() {
        return failed;
    }
}
