/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.boot;

import dev.quorate.api.platform.Clock;

/** The machine's clock: the one place of this module where time comes in. */
final class SystemClock implements Clock {
    @Override
    public long monotonicNanos() {
        return System.nanoTime();
    }

    @Override
    public long wallMillis() {
        return System.currentTimeMillis();
    }
}
