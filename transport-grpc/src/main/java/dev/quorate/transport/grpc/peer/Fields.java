/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc.peer;

/** Numbers of the fields in {@code quorate/peer/v1/peer.proto}. */
final class Fields {
    static final int WIRE_BYTES = 2;

    /** Of a frame. */
    static final int MESSAGES = 1;

    static final int PART = 2;
    static final int LAST_PART = 3;
    static final int PING = 4;
    static final int PONG = 5;
    static final int CLOCK_MILLIS = 6;

    /** Of a piece of a snapshot. */
    static final int MESSAGE = 1;

    static final int DATA = 2;
    static final int END = 3;

    /** Of the end of a snapshot. */
    static final int LENGTH = 1;

    static final int CRC = 2;

    /** Of a call. */
    static final int NAME = 1;

    static final int REQUEST_BODY = 2;

    /** Of its answer. */
    static final int ANSWER_BODY = 1;

    private Fields() {}
}
