/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc;

import dev.quorate.api.error.EtcdError;
import dev.quorate.api.inbound.Health;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.Set;

/**
 * Ends long streams whose client wants a leader, when the member has known none for some time: the client then goes to
 * another member. Thread-safe.
 *
 * <p>Source: etcd v3.7.1, {@code server/etcdserver/api/v3rpc/interceptor.go}.
 */
final class LeaderGuard implements ServerInterceptor {
    private static final Set<String> LONG_STREAMS =
            Set.of("etcdserverpb.Watch/Watch", "etcdserverpb.Lease/LeaseKeepAlive", "v3electionpb.Election/Observe");

    private final Health health;

    LeaderGuard(Health health) {
        this.health = health;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        if (!CallLimits.wantsLeader(headers)
                || !LONG_STREAMS.contains(call.getMethodDescriptor().getFullMethodName())) {
            return next.startCall(call, headers);
        }
        GuardedCall<Q, A> guarded = new GuardedCall<>(call);
        GuardedListener<Q> listener = new GuardedListener<>(next.startCall(guarded, headers), guarded);
        if (!guarded.over) {
            ReplyQueue replies = ReplyQueue.ofThisLoop();
            guarded.unregister = health.whenLeaderLost(() -> replies.offer(listener::leaderLost));
        }
        return listener;
    }

    /** A call of which nothing is heard any more once it is closed. Confined to its event loop. */
    private static final class GuardedCall<Q, A> extends SimpleForwardingServerCall<Q, A> {
        private boolean over;
        private Runnable unregister = () -> {};

        GuardedCall(ServerCall<Q, A> call) {
            super(call);
        }

        @Override
        public void request(int messages) {
            if (!over) {
                super.request(messages);
            }
        }

        @Override
        public boolean isReady() {
            return !over && super.isReady();
        }

        @Override
        public void sendMessage(A message) {
            if (!over) {
                super.sendMessage(message);
            }
        }

        @Override
        public void close(io.grpc.Status status, Metadata trailers) {
            if (end()) {
                super.close(status, trailers);
            }
        }

        boolean end() {
            boolean first = !over;
            over = true;
            unregister.run();
            return first;
        }
    }

    /** Tells the method of a lost leader as if the client had gone, and the client the reason. */
    private static final class GuardedListener<Q> extends SimpleForwardingServerCallListener<Q> {
        private final GuardedCall<Q, ?> call;

        GuardedListener(ServerCall.Listener<Q> method, GuardedCall<Q, ?> call) {
            super(method);
            this.call = call;
        }

        void leaderLost() {
            if (!call.over) {
                super.onCancel();
                call.close(Failures.statusOf(EtcdError.NO_LEADER.exception()), new Metadata());
            }
        }

        @Override
        public void onMessage(Q message) {
            if (!call.over) {
                super.onMessage(message);
            }
        }

        @Override
        public void onHalfClose() {
            if (!call.over) {
                super.onHalfClose();
            }
        }

        @Override
        public void onReady() {
            if (!call.over) {
                super.onReady();
            }
        }

        @Override
        public void onCancel() {
            call.end();
            super.onCancel();
        }

        @Override
        public void onComplete() {
            call.end();
            super.onComplete();
        }
    }
}
