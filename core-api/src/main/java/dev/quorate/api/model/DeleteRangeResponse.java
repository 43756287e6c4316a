/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import org.apiguardian.api.API;

/**
 * Answers a deletion.
 *
 * @param header who answered, and at which revision
 * @param deleted how many keys were deleted
 * @param prevKvs what was there before, by key; empty if it was not asked for
 */
@API(status = API.Status.EXPERIMENTAL)
public record DeleteRangeResponse(ResponseHeader header, long deleted, KeyValues prevKvs) implements ResponseOp {}
