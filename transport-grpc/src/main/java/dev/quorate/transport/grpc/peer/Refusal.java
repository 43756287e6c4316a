/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc.peer;

import io.grpc.Status;

/**
 * Why a member does not speak with another one, in etcd's words.
 *
 * <p>Source: etcd v3.7.1, {@code rafthttp/http.go}, {@code rafthttp/transport.go}.
 */
enum Refusal {
    INCOMPATIBLE(Status.Code.FAILED_PRECONDITION, "incompatible version"),
    OTHER_CLUSTER(Status.Code.FAILED_PRECONDITION, "cluster ID mismatch"),
    OTHER_MEMBER(Status.Code.FAILED_PRECONDITION, "to field mismatch"),
    NO_SENDER(Status.Code.INVALID_ARGUMENT, "invalid from"),
    REMOVED(Status.Code.PERMISSION_DENIED, "the member has been permanently removed from the cluster"),
    TOO_MANY(Status.Code.RESOURCE_EXHAUSTED, "too many members that are not known");

    private final Status.Code code;
    private final String text;

    Refusal(Status.Code code, String text) {
        this.code = code;
        this.text = text;
    }

    Status status() {
        return code.toStatus().withDescription(text);
    }

    /** Tells whether it is this that a member has answered. */
    boolean is(Status answered) {
        return answered.getCode() == code && text.equals(answered.getDescription());
    }
}
