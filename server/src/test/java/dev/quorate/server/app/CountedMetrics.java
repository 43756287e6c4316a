/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.platform.Metrics;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;

/** Measurements that a test can look at, by name and label values. */
final class CountedMetrics implements Metrics {
    private final Map<String, Double> sums = new ConcurrentHashMap<>();
    private final Map<String, DoubleSupplier> gauges = new ConcurrentHashMap<>();

    private static String key(String name, String... labels) {
        StringBuilder key = new StringBuilder(name);
        for (int i = 1; i < labels.length; i += 2) {
            key.append(' ').append(labels[i]);
        }
        return key.toString();
    }

    @Override
    public Counter counter(String name, String help, String... labels) {
        String key = key(name, labels);
        sums.putIfAbsent(key, 0.0);
        return amount -> sums.merge(key, amount, Double::sum);
    }

    @Override
    public void gauge(String name, String help, DoubleSupplier value, String... labels) {
        gauges.put(key(name, labels), value);
    }

    @Override
    public Histogram histogram(String name, String help, double[] buckets, String... labels) {
        String key = key(name, labels);
        return value -> sums.merge(key, value, Double::sum);
    }

    /** Returns a counter, the sum of a histogram, or a gauge; -1 if there is no such name. */
    double value(String key) {
        DoubleSupplier gauge = gauges.get(key);
        return gauge != null ? gauge.getAsDouble() : sums.getOrDefault(key, -1.0);
    }
}
