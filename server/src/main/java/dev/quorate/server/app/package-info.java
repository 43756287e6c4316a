/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A member at work: sends requests into the log, applies what comes out of it, and answers reads.
 *
 * <p>Starting points: {@link dev.quorate.server.app.Member}; the way of a write is {@code KvService},
 * {@code Proposals}, {@code Applier}.
 *
 * <p>The applier is the one mutator of replicated state, for the leader, a follower and a restart alike. Nothing here
 * knows an adapter, a transport or protobuf classes; time comes through core-api's clock.
 *
 * <p>Source: etcd v3.7.1, {@code server/etcdserver}.
 */
@NullMarked
package dev.quorate.server.app;

import org.jspecify.annotations.NullMarked;
