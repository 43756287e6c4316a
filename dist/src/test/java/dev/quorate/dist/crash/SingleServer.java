/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.crash;

import com.google.protobuf.Message;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;

/** The way to one server, which is closed when that is gone. */
final class SingleServer implements Client.Way {
    private final ManagedChannel channel;
    private boolean gone;

    SingleServer(ManagedChannel channel) {
        this.channel = channel;
    }

    @Override
    public boolean isOpen() {
        return !gone;
    }

    @Override
    public Message call(Message request) {
        return Rpc.call(channel, request);
    }

    /** A channel that was just being opened tells in a way of its own that the server is gone. */
    @Override
    public void lost(StatusRuntimeException cause) {
        if (cause.getStatus().getCode() != Status.Code.UNAVAILABLE
                && !(cause.getStatus().getCause() instanceof IOException)) {
            throw cause;
        }
        gone = true;
    }
}
