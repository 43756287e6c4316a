/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Transactions over the multi-version store: what is refused before it is proposed, and how one is decided and done.
 *
 * <p>Starting points: {@link dev.quorate.txn.TxnChecks}, {@link dev.quorate.txn.Txns}.
 *
 * <p>Apply is total: every operation of a transaction, nested ones too, is decided before the first one changes
 * anything, so no request can fail half way.
 *
 * <p>Source: etcd v3.7.1, {@code server/etcdserver/txn}, {@code server/etcdserver/api/v3rpc/key.go}, for what is
 * refused and answered.
 */
@NullMarked
package dev.quorate.txn;

import org.jspecify.annotations.NullMarked;
