/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import org.apiguardian.api.API;

/**
 * Tells who leads.
 *
 * @param header who answered, and at which revision
 * @param kv the key of the leader, with what it proclaims
 */
@API(status = API.Status.EXPERIMENTAL)
public record LeaderResponse(ResponseHeader header, KeyValue kv) {}
