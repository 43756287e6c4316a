/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import org.apiguardian.api.API;

/** An operation of a transaction. */
@API(status = API.Status.EXPERIMENTAL)
public sealed interface RequestOp permits RangeRequest, PutRequest, DeleteRangeRequest, TxnRequest, EmptyOp {}
