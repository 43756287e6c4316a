/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.platform;

import java.util.function.DoubleSupplier;

/** Measures nothing. */
final class NoMetrics implements Metrics {
    @Override
    public Counter counter(String name, String help, String... labels) {
        return amount -> {};
    }

    @Override
    public void gauge(String name, String help, DoubleSupplier value, String... labels) {}

    @Override
    public Histogram histogram(String name, String help, double[] buckets, String... labels) {
        return value -> {};
    }
}
