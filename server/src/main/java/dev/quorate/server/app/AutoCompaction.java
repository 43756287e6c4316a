/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import java.util.ArrayDeque;
import java.util.OptionalLong;

/**
 * Decides when to compact by itself, and up to where: a fixed number of revisions behind, or a fixed time.
 *
 * <p>Asked every {@link #intervalNanos}; knows no clock. Not thread-safe. Source: etcd v3.7.1,
 * {@code server/etcdserver/api/v3compactor}.
 */
interface AutoCompaction {
    /** How often {@link #due} is to be asked. */
    long intervalNanos();

    /**
     * Takes the present revision.
     *
     * @param revision the revision
     * @param leader whether this member leads; others do not compact
     * @return up to which revision to compact now; empty if not now
     */
    OptionalLong due(long revision, boolean leader);

    /** Says that a compaction was done, or that it was done before. */
    void done(long revision);

    /** Keeps a number of revisions; looks every five minutes. */
    static AutoCompaction byRevision(long retained) {
        return new AutoCompaction() {
            private long last;

            @Override
            public long intervalNanos() {
                return 5L * 60 * 1_000_000_000;
            }

            @Override
            public OptionalLong due(long revision, boolean leader) {
                long target = revision - retained;
                return leader && target > 0 && target != last ? OptionalLong.of(target) : OptionalLong.empty();
            }

            @Override
            public void done(long revision) {
                last = revision;
            }
        };
    }

    /** Keeps a period of time; remembers revisions ten times in a period, but at least every six minutes. */
    static AutoCompaction byPeriod(long periodNanos) {
        long hourNanos = 3600L * 1_000_000_000;
        long baseNanos = Math.min(periodNanos, hourNanos);
        long sampleNanos = Math.max(1, baseNanos / 10);
        int retained = (int) Math.max(1, periodNanos / sampleNanos);
        return new AutoCompaction() {
            private final ArrayDeque<Long> samples = new ArrayDeque<>();
            private long last;
            private int sinceLast = 10; // the first compaction comes as soon as a whole period is remembered

            @Override
            public long intervalNanos() {
                return sampleNanos;
            }

            @Override
            public OptionalLong due(long revision, boolean leader) {
                samples.add(revision);
                while (samples.size() > retained + 1) {
                    samples.remove();
                }
                sinceLast++;
                if (!leader || samples.size() <= retained || sinceLast < 10) {
                    return OptionalLong.empty();
                }
                long target = samples.element();
                return target > 1 && target != last ? OptionalLong.of(target) : OptionalLong.empty();
            }

            @Override
            public void done(long revision) {
                last = revision;
                sinceLast = 0;
            }
        };
    }
}
