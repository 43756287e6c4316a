/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import org.apiguardian.api.API;

/**
 * Answers a renewal.
 *
 * @param header who answered, and at which revision
 * @param id the lease
 * @param ttlSeconds its time to live from now on; 0 if there is no such lease
 */
@API(status = API.Status.EXPERIMENTAL)
public record LeaseKeepAliveResponse(ResponseHeader header, long id, long ttlSeconds) {}
