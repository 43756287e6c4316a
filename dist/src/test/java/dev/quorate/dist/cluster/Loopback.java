/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.cluster;

import java.security.SecureRandom;
import java.util.List;
import java.util.Random;

/**
 * Addresses of the loopback interface that belong to one cluster alone, so that its ports can be the documented ones.
 */
final class Loopback implements Network {
    private static final int FIRST = 10;

    private final String prefix;

    /** Takes addresses that hardly anybody else uses. */
    Loopback() {
        Random random = new SecureRandom();
        prefix = "127." + (1 + random.nextInt(250)) + "." + random.nextInt(256) + ".";
    }

    @Override
    public String host(int number) {
        return prefix + (FIRST + number);
    }

    @Override
    public List<String> launcher(int number) {
        return List.of();
    }

    @Override
    public void cut(int from, int to, boolean cut) {
        throw new UnsupportedOperationException("everything gets through on one machine");
    }

    @Override
    public void close() {
        // nothing was made
    }
}
