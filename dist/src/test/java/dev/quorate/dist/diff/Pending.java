/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.diff;

import com.google.protobuf.ByteString;
import io.grpc.ClientCall;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A call that is not answered yet.
 *
 * @param call the call
 * @param answer what comes
 */
record Pending(ClientCall<ByteString, ByteString> call, CompletableFuture<Answer> answer) {
    /** Waits for the answer; one that does not come in half a minute is an answer of its own. */
    Answer await() {
        try {
            return answer.get(30, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            call.cancel("no answer", e);
            return Answer.of("no answer within 30 seconds");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
