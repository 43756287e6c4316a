/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc;

import dev.quorate.api.error.EtcdError;
import dev.quorate.api.inbound.Health;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.StreamObserver;

/** {@code grpc.health.v1.Health}: the server as a whole serves, and no service is known by name, as in etcd. */
final class HealthMethods extends HealthGrpc.HealthImplBase {
    private final HealthGrpc.HealthImplBase watched =
            (HealthGrpc.HealthImplBase) new HealthStatusManager().getHealthService();

    private final Health member;

    HealthMethods(Health member) {
        this.member = member;
    }

    private boolean refuses(StreamObserver<?> answer) {
        if (member.isLearner()) {
            answer.onError(Failures.statusOf(EtcdError.NOT_SUPPORTED_FOR_LEARNER.exception())
                    .asRuntimeException());
            return true;
        }
        return false;
    }

    @Override
    public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> answer) {
        if (refuses(answer)) {
            return;
        }
        if (!request.getService().isEmpty()) {
            answer.onError(Status.NOT_FOUND.withDescription("unknown service").asRuntimeException());
            return;
        }
        answer.onNext(HealthCheckResponse.newBuilder()
                .setStatus(HealthCheckResponse.ServingStatus.SERVING)
                .build());
        answer.onCompleted();
    }

    @Override
    public void watch(HealthCheckRequest request, StreamObserver<HealthCheckResponse> answers) {
        if (!refuses(answers)) {
            watched.watch(request, answers);
        }
    }
}
