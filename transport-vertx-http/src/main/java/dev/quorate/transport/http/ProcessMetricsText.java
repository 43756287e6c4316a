/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmBufferPoolMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmClassLoadingMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmGarbageCollectorMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMemoryMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmRuntimeInfoMetric;
import io.prometheus.metrics.instrumentation.jvm.JvmThreadsMetrics;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What the Prometheus library knows about the process. It is asked for the first time by the first reader. */
final class ProcessMetricsText {
    private @Nullable PrometheusRegistry registry;

    synchronized String text() {
        PrometheusRegistry known = registry;
        if (known == null) {
            known = new PrometheusRegistry();
            ProcessMetrics.builder().register(known);
            JvmMemoryMetrics.builder().register(known);
            JvmBufferPoolMetrics.builder().register(known);
            JvmGarbageCollectorMetrics.builder().register(known);
            JvmThreadsMetrics.builder().register(known);
            JvmClassLoadingMetrics.builder().register(known);
            JvmRuntimeInfoMetric.builder().register(known);
            registry = known;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.create().write(out, known.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
