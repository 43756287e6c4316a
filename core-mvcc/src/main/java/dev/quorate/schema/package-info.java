/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The bytes of stored records and of replicated commands, exactly as etcd writes them.
 *
 * <p>Starting points: {@link dev.quorate.schema.Buckets} for what lies where, {@link dev.quorate.schema.Commands} for
 * what the log holds.
 *
 * <p>Written by hand, because an embedder shall need no protobuf or JSON library; wire's tests hold every byte against
 * the generated classes. Fields go out in number order with zero ones left out; unknown ones are skipped.
 *
 * <p>Source: etcd v3.7.1, {@code server/storage/schema}, {@code api/etcdserverpb/raft_internal.proto}.
 */
@NullMarked
package dev.quorate.schema;

import org.jspecify.annotations.NullMarked;
