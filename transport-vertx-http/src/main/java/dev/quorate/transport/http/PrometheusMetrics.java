/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http;

import dev.quorate.api.platform.Metrics;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.DoubleSupplier;
import org.apiguardian.api.API;

/**
 * Measurements on instruments of the Prometheus library, shown under exactly the names that they were registered with.
 *
 * <p>The library would append {@code _total} to every counter, and etcd has counters without it; so names and text are
 * ours and the library keeps the numbers. Thread-safe.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class PrometheusMetrics implements Metrics {
    private final ConcurrentSkipListMap<String, Family> families = new ConcurrentSkipListMap<>();
    private final ProcessMetricsText process = new ProcessMetricsText();

    /** Creates measurements of which nothing is shown yet but those of the process. */
    public PrometheusMetrics() {
        FileDescriptors.register(this);
    }

    @Override
    public Counter counter(String name, String help, String... labels) {
        return family(name, help, Family.Kind.COUNTER).counter(Labels.of(labels));
    }

    @Override
    public void gauge(String name, String help, DoubleSupplier value, String... labels) {
        family(name, help, Family.Kind.GAUGE).gauge(Labels.of(labels), value);
    }

    @Override
    public Histogram histogram(String name, String help, double[] buckets, String... labels) {
        return family(name, help, Family.Kind.HISTOGRAM).histogram(Labels.of(labels), buckets);
    }

    private Family family(String name, String help, Family.Kind kind) {
        Family family = families.computeIfAbsent(name, unknown -> new Family(name, help, kind));
        if (family.kind() != kind) {
            throw new IllegalArgumentException(name + " is a " + family.kind() + " already, not a " + kind);
        }
        return family;
    }

    /**
     * Shows every measurement in Prometheus' text format.
     *
     * @return lines, the families in the order of their names, those of the process last
     */
    String text() {
        TextFormat text = new TextFormat();
        families.values().forEach(family -> family.write(text));
        return text + process.text();
    }
}
