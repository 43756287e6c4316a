/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import dev.quorate.api.bytes.Bytes;
import org.apiguardian.api.API;

/**
 * Answers a lock that was taken.
 *
 * @param header who answered, and at which revision
 * @param key the key that shows the ownership; unlock with it
 */
@API(status = API.Status.EXPERIMENTAL)
public record LockResponse(ResponseHeader header, Bytes key) {}
