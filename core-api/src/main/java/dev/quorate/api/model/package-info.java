/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The values of the v3 contract: keys, ranges, revisions, events, and a record per request and answer.
 *
 * <p>Starting points: {@link dev.quorate.api.model.KeyValue}, {@link dev.quorate.api.model.KeyRange},
 * {@link dev.quorate.api.model.RangeRequest}, {@link dev.quorate.api.model.TxnRequest}.
 *
 * <p>Everything is immutable. Records mirror etcd's messages field by field; numbers that no enum has become
 * {@code UNRECOGNIZED}, so that the inside decides what they mean and not a transport. Answers that may hold many keys
 * carry them encoded ({@link dev.quorate.api.model.KeyValues}, {@link dev.quorate.api.model.Events}).
 *
 * <p>Source: etcd v3.7.1, {@code api/etcdserverpb/rpc.proto}, {@code api/mvccpb/kv.proto}.
 */
@NullMarked
package dev.quorate.api.model;

import org.jspecify.annotations.NullMarked;
