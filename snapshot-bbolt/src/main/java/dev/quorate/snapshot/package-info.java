/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The snapshot format {@code bbolt}: the database files of etcd.
 *
 * <p>Starting points: {@link dev.quorate.snapshot.BboltFormat}; {@code Layout} draws the file.
 *
 * <p>Files are written from the first byte to the last without going back, and read with every page checked. Memory is
 * bounded by the largest rows; the check of a file takes one bit per page beside. Nothing that a file says is believed
 * before it is compared with what is there.
 *
 * <p>Source: bbolt v1.5.0, format version 2 ({@code internal/common}, {@code tx_check.go}).
 */
@NullMarked
package dev.quorate.snapshot;

import org.jspecify.annotations.NullMarked;
