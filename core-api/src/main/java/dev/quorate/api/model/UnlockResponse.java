/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import org.apiguardian.api.API;

/**
 * Answers a lock that was given back.
 *
 * @param header who answered, and at which revision
 */
@API(status = API.Status.EXPERIMENTAL)
public record UnlockResponse(ResponseHeader header) {}
