/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Puts a member together: finds engine and transports by name, opens the data dir, and starts what the inside needs.
 *
 * <p>Starting points: {@link dev.quorate.server.boot.MemberConfig}, {@link dev.quorate.server.boot.RunningMember}.
 *
 * <p>The only place that knows both the inside and the threads, clocks and files under it. Adapters are found by
 * {@link java.util.ServiceLoader}, never named. A start that fails changes nothing.
 *
 * <p>Source: etcd v3.7.1, {@code server/etcdserver/bootstrap.go}, {@code server/embed/etcd.go}.
 */
@NullMarked
package dev.quorate.server.boot;

import org.jspecify.annotations.NullMarked;
