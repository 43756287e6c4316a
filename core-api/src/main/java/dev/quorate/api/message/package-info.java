/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The values of the KV service as protocol-buffer messages, for transports and for the log.
 *
 * <p>Starting points: {@link dev.quorate.api.message.KvMessages}, {@link dev.quorate.api.message.Numbers}.
 *
 * <p>Written by hand because both are on the way of every write and embedders shall need no protobuf library; held byte
 * for byte against generated classes in the tests of wire.
 *
 * <p>Source: etcd v3.7.1, {@code api/etcdserverpb/rpc.proto}.
 */
@NullMarked
package dev.quorate.api.message;

import org.jspecify.annotations.NullMarked;
