/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http;

import dev.quorate.api.platform.Metrics;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/** All samples of one name. Thread-safe. */
final class Family {
    /** What a name measures. */
    enum Kind {
        COUNTER,
        GAUGE,
        HISTOGRAM;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** One line or, for a histogram, a block of lines. */
    private interface Sample {
        void write(TextFormat text, String name, String labels);
    }

    private final String name;
    private final String help;
    private final Kind kind;
    private final ConcurrentSkipListMap<String, Sample> samples = new ConcurrentSkipListMap<>();
    private @Nullable List<String> labelNames;

    Family(String name, String help, Kind kind) {
        this.name = name;
        this.help = help;
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }

    Metrics.Counter counter(Labels labels) {
        check(labels);
        return (CounterSample) samples.computeIfAbsent(
                labels.text(),
                none -> new CounterSample(
                        Counter.builder().name(name).withoutExemplars().build()));
    }

    void gauge(Labels labels, DoubleSupplier value) {
        check(labels);
        samples.put(labels.text(), (text, shown, with) -> text.sample(shown, with, value.getAsDouble()));
    }

    Metrics.Histogram histogram(Labels labels, double[] buckets) {
        check(labels);
        return (HistogramSample) samples.computeIfAbsent(
                labels.text(),
                none -> new HistogramSample(Histogram.builder()
                        .name(name)
                        .classicOnly()
                        .classicUpperBounds(buckets)
                        .withoutExemplars()
                        .build()));
    }

    private synchronized void check(Labels labels) {
        List<String> known = labelNames;
        if (known == null) {
            labelNames = labels.names();
        } else if (!known.equals(labels.names())) {
            throw new IllegalArgumentException(name + " has the labels " + known + ", not " + labels.names());
        }
    }

    void write(TextFormat text) {
        if (samples.isEmpty()) {
            return;
        }
        text.head(name, help, kind.toString());
        samples.forEach((labels, sample) -> sample.write(text, name, labels));
    }

    private record CounterSample(Counter counter) implements Sample, Metrics.Counter {
        @Override
        public void add(double amount) {
            counter.inc(amount);
        }

        @Override
        public void write(TextFormat text, String name, String labels) {
            text.sample(name, labels, counter.get());
        }
    }

    private record HistogramSample(Histogram histogram) implements Sample, Metrics.Histogram {
        @Override
        public void observe(double value) {
            histogram.observe(value);
        }

        @Override
        public void write(TextFormat text, String name, String labels) {
            HistogramDataPointSnapshot point =
                    histogram.collect().getDataPoints().get(0);
            ClassicHistogramBuckets buckets = point.getClassicBuckets();
            String others = labels.isEmpty() ? "" : labels + ",";
            long below = 0;
            for (int i = 0; i < buckets.size(); i++) {
                below += buckets.getCount(i);
                String bound = TextFormat.number(buckets.getUpperBound(i));
                text.count(name + "_bucket", others + "le=\"" + bound + '"', below);
            }
            text.sample(name + "_sum", labels, point.getSum());
            text.count(name + "_count", labels, below);
        }
    }
}
