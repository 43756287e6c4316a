/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Who is in the cluster: members, their ids, and the version that they agree on.
 *
 * <p>Starting points: {@link dev.quorate.membership.Membership}, {@link dev.quorate.membership.MemberIds}.
 *
 * <p>Replicated state: changed only by the thread that applies, read by any. Whether a change is allowed is decided
 * before it is proposed and again when it is applied.
 *
 * <p>Source: etcd v3.7.1, {@code server/etcdserver/api/membership}.
 */
@NullMarked
package dev.quorate.membership;

import org.jspecify.annotations.NullMarked;
