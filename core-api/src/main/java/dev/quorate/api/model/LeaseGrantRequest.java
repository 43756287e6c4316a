/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import org.apiguardian.api.API;

/**
 * Asks for a lease.
 *
 * @param ttlSeconds wanted time to live
 * @param id wanted id, any but 0; 0 lets the server choose
 */
@API(status = API.Status.EXPERIMENTAL)
public record LeaseGrantRequest(long ttlSeconds, long id) {}
