/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.platform;

import java.util.function.DoubleSupplier;
import org.apiguardian.api.API;

/**
 * Takes what there is to measure. Names, label names and buckets are etcd's. Registering a name twice with equal labels
 * gives the same instrument. Instruments are thread-safe and cheap enough for the hot path.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface Metrics {
    /** Takes everything and keeps nothing. */
    Metrics NONE = new NoMetrics();

    /** A number that only grows. */
    interface Counter {
        /**
         * Adds.
         *
         * @param amount how much, not negative
         */
        void add(double amount);
    }

    /** A distribution. */
    interface Histogram {
        /**
         * Takes a value.
         *
         * @param value in the unit that the name says
         */
        void observe(double value);
    }

    /**
     * Registers a counter.
     *
     * @param name full name
     * @param help what it counts
     * @param labels names and values in turn
     * @return the counter
     */
    Counter counter(String name, String help, String... labels);

    /**
     * Registers a gauge that is read when somebody looks.
     *
     * @param name full name
     * @param help what it shows
     * @param value reads it; called on any thread, must not block
     * @param labels names and values in turn
     */
    void gauge(String name, String help, DoubleSupplier value, String... labels);

    /**
     * Registers a histogram with buckets {@code start * factor^n}.
     *
     * @param name full name
     * @param help what it shows
     * @param buckets upper bounds
     * @param labels names and values in turn
     * @return the histogram
     */
    Histogram histogram(String name, String help, double[] buckets, String... labels);

    /**
     * Returns upper bounds that grow by a factor.
     *
     * @param start the first
     * @param factor each to the one before
     * @param count how many
     * @return the bounds
     */
    static double[] exponentialBuckets(double start, double factor, int count) {
        double[] bounds = new double[count];
        double bound = start;
        for (int i = 0; i < count; i++) {
            bounds[i] = bound;
            bound *= factor;
        }
        return bounds;
    }
}
