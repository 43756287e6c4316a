/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The process: command line, environment, configuration file, logging, signals, and the warm-up before it serves.
 *
 * <p>Starting points: {@link dev.quorate.dist.Main}; the flags are a table, {@code flags.tsv}.
 *
 * <p>Nothing here decides what a member does. What would be unsafe to ignore is refused by name; what has no effect yet
 * is warned of.
 *
 * <p>Source: etcd v3.7.1, {@code server/etcdmain}, {@code server/embed/config.go}.
 */
@NullMarked
package dev.quorate.dist;

import org.jspecify.annotations.NullMarked;
