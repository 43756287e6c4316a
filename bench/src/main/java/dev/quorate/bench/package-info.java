/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What is measured of our own parts, by hand: {@code dev/bench} runs it.
 *
 * <p>Starting points: {@link dev.quorate.bench.IndexBenchmark} for times of the key index,
 * {@link dev.quorate.bench.IndexMemory} for its bytes, {@link dev.quorate.bench.RestoreTime} for a restart.
 *
 * <p>Nothing here runs in the build, and no test judges by time.
 */
@NullMarked
package dev.quorate.bench;

import org.jspecify.annotations.NullMarked;
