/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import org.apiguardian.api.API;

/** An operation of a transaction that says nothing; refused as {@code KEY_NOT_FOUND}, as etcd does. */
@API(status = API.Status.EXPERIMENTAL)
public record EmptyOp() implements RequestOp {}
