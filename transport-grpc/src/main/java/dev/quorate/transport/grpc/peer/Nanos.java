/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc.peer;

/** The clocks of the process: the monotonic one to measure and to time out, the other to compare with other members. */
final class Nanos {
    private Nanos() {}

    static long now() {
        return System.nanoTime();
    }

    static long since(long then) {
        return System.nanoTime() - then;
    }

    /** Milliseconds since 1970. */
    static long wallMillis() {
        return System.currentTimeMillis();
    }
}
