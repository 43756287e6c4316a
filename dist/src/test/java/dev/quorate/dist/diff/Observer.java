/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.diff;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.quorate.wire.v3electionpb.LeaderRequest;
import dev.quorate.wire.v3electionpb.LeaderResponse;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client that observes an election. */
final class Observer {
    private static final long WAIT_MILLIS = TimeUnit.SECONDS.toMillis(30);

    private final ClientCall<ByteString, ByteString> call;
    private final List<LeaderResponse> leaders = new ArrayList<>(); // guarded, as below, by this
    private @Nullable Status end;

    Observer(Connection connection, ByteString name) {
        call = connection.begin(Call.OBSERVE, List.of(), new Connection.Listener() {
            @Override
            public void onMessage(ByteString message) {
                heard(message);
            }

            @Override
            public void onClose(Status status, Metadata trailers) {
                ended(status);
            }
        });
        call.sendMessage(LeaderRequest.newBuilder().setName(name).build().toByteString());
        call.halfClose();
    }

    private synchronized void heard(ByteString message) {
        try {
            leaders.add(LeaderResponse.parseFrom(message));
        } catch (InvalidProtocolBufferException e) {
            end = Status.INTERNAL.withDescription("garbled: " + e.getMessage());
        }
        notifyAll();
    }

    private synchronized void ended(Status status) {
        end = status;
        notifyAll();
    }

    /** Returns what was heard since the last time, once that reaches up to a revision. */
    synchronized Answer heardUpTo(long modRevision) {
        long begun = System.nanoTime();
        try {
            while (end == null && (leaders.isEmpty() || last().getKv().getModRevision() < modRevision)) {
                long left = WAIT_MILLIS - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
                if (left <= 0) {
                    break;
                }
                wait(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        StringBuilder text = new StringBuilder();
        leaders.forEach(leader -> text.append("- ").append(Answers.text(Answers.withoutIds(leader))));
        leaders.clear();
        Status status = end;
        return Answer.of(text + (status == null ? "" : Answers.error(status)));
    }

    private LeaderResponse last() {
        return leaders.get(leaders.size() - 1);
    }

    void cancel() {
        call.cancel("the client has enough", null);
    }
}
