/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http.peer;

/** The monotonic clock of the process, to measure and to time out. */
final class Nanos {
    private Nanos() {}

    static long now() {
        return System.nanoTime();
    }

    static long since(long then) {
        return System.nanoTime() - then;
    }
}
