/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import org.apiguardian.api.API;

/**
 * Answers with a lease.
 *
 * @param header who answered, and at which revision
 * @param id the lease
 * @param ttlSeconds its time to live, at least the server's minimum
 */
@API(status = API.Status.EXPERIMENTAL)
public record LeaseGrantResponse(ResponseHeader header, long id, long ttlSeconds) {}
