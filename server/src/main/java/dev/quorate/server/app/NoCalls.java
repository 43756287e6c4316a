/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.spi.PeerCallException;
import dev.quorate.raft.spi.PeerCallException.Reason;
import dev.quorate.raft.spi.PeerCalls;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The calls of a member that is alone: there is nobody to ask, and nobody asks. */
final class NoCalls implements PeerCalls {
    @Override
    public CompletionStage<Bytes> call(long memberId, String name, Bytes request, long timeoutNanos) {
        return CompletableFuture.failedFuture(
                new PeerCallException(Reason.UNREACHABLE, "there is no way to member " + Long.toHexString(memberId)));
    }

    @Override
    public void handle(String name, Handler handler) {}
}
