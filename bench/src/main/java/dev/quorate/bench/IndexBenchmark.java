/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.bench;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.KeyRange;
import dev.quorate.mvcc.index.KeyIndex;
import dev.quorate.mvcc.index.VersionIndex;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Times of the key index with a million keys of 51 bytes, each changed once since it came to be. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xms2g", "-Xmx2g"})
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class IndexBenchmark {
    private static final int SCANNED = 1000;

    /** The index and its keys; a benchmark of writes changes it further. */
    @State(Scope.Benchmark)
    public static class Million {
        private final Random random = new Random(1);
        private final Bytes[] keys = new Bytes[IndexKeys.COUNT];
        private final long[] created = new long[IndexKeys.COUNT];
        private final VersionIndex.Version version = new VersionIndex.Version();
        private KeyIndex index = new KeyIndex();
        private VersionIndex.View view = index.publish();
        private long main = 1;
        private long filled;

        /** Creates an empty one. */
        public Million() {}

        /** Puts all keys in, twice, in an order by chance. */
        @Setup(Level.Trial)
        public void fill() {
            for (int number : IndexKeys.order(random)) {
                keys[number] = IndexKeys.key(number, random);
                created[number] = ++main;
                index.put(keys[number], main, 0, main, 1);
                index.publish();
            }
            filled = main;
            for (int number : IndexKeys.order(random)) {
                put(number);
            }
            index.compact(filled, Integer.MAX_VALUE);
            view = index.publish();
        }

        private void put(int number) {
            main++;
            index.put(keys[number], main, 0, created[number], main);
        }

        private Bytes key() {
            return keys[random.nextInt(IndexKeys.COUNT)];
        }
    }

    /** How many keys are counted. */
    @State(Scope.Benchmark)
    public static class Prefix {
        /** The number of keys that have the prefix. */
        @Param({"100", "10000", "1000000"})
        public int keys;

        private KeyRange range = KeyRange.single(Bytes.EMPTY);

        /** Creates an unset one. */
        public Prefix() {}

        /** Makes the range. */
        @Setup
        public void make() {
            range = KeyRange.prefix(IndexKeys.prefixOf(keys));
        }
    }

    /** How many puts are published together. */
    @State(Scope.Benchmark)
    public static class Batch {
        /** The number of puts. */
        @Param({"1", "100"})
        public int puts;

        private int done;

        /** Creates an empty one. */
        public Batch() {}
    }

    /** Creates the benchmarks. */
    public IndexBenchmark() {}

    /**
     * Finds one key, as it is now.
     *
     * @param million the index
     * @return whether it is there
     */
    @Benchmark
    public boolean get(Million million) {
        return million.view.find(million.key(), million.main, million.version);
    }

    /**
     * Finds one key as it was before it changed.
     *
     * @param million the index
     * @return whether it is there
     */
    @Benchmark
    public boolean getOld(Million million) {
        return million.view.find(million.key(), million.filled, million.version);
    }

    /**
     * Visits a thousand keys from one on.
     *
     * @param million the index
     * @return how many were seen
     */
    @Benchmark
    public int scan1000(Million million) {
        int[] seen = new int[1];
        KeyRange range = new KeyRange(million.key(), KeyRange.FROM_KEY);
        million.view.scan(range, million.main, (key, offset, length, version) -> ++seen[0] < SCANNED);
        return seen[0];
    }

    /**
     * Counts the keys with a prefix.
     *
     * @param million the index
     * @param prefix the prefix
     * @return how many there are
     */
    @Benchmark
    public long count(Million million, Prefix prefix) {
        return million.view.count(prefix.range, million.main);
    }

    /**
     * Changes a key that is there, and forgets its old version after a while.
     *
     * @param million the index
     * @param batch how many puts are published together
     * @return the state
     */
    @Benchmark
    public VersionIndex.View put(Million million, Batch batch) {
        million.put(million.random.nextInt(IndexKeys.COUNT));
        if (++batch.done % batch.puts == 0) {
            million.view = million.index.publish();
        }
        if (batch.done % 100_000 == 0) {
            million.index.compact(million.main, Integer.MAX_VALUE);
        }
        return million.view;
    }
}
