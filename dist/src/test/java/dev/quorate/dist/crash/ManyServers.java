/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.crash;

import com.google.protobuf.Message;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** The way to the members of a cluster: to one of them, and to the next when that does not answer. */
final class ManyServers implements Client.Way {
    private static final int ANSWER_MILLIS_MAX = 4_000;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(30);

    private final List<ManagedChannel> channels;
    private final BooleanSupplier open;
    private int now;

    ManyServers(List<ManagedChannel> channels, int first, BooleanSupplier open) {
        this.channels = channels;
        this.now = first % channels.size();
        this.open = open;
    }

    @Override
    public boolean isOpen() {
        return open.getAsBoolean();
    }

    @Override
    public Message call(Message request) {
        return Rpc.call(channels.get(now), request, ANSWER_MILLIS_MAX);
    }

    /** A member may be gone, without a leader, or out of reach of the others or of this client. */
    @Override
    public void lost(StatusRuntimeException cause) {
        Status.Code code = cause.getStatus().getCode();
        if (code != Status.Code.UNAVAILABLE && code != Status.Code.DEADLINE_EXCEEDED && !isCutOff(cause.getStatus())) {
            throw cause;
        }
        channels.get(now).resetConnectBackoff();
        now = (now + 1) % channels.size();
        LockSupport.parkNanos(PAUSE_NANOS);
    }

    /** A connection that was just coming up when its server died is told of in words of the client's own. */
    private static boolean isCutOff(Status status) {
        return status.getCode() == Status.Code.UNKNOWN
                && (status.getCause() instanceof IOException || "channel closed".equals(status.getDescription()));
    }
}
