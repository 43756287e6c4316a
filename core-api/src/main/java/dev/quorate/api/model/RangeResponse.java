/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import org.apiguardian.api.API;

/**
 * Answers a range.
 *
 * @param header who answered, and at which revision
 * @param kvs the keys, in the order asked for
 * @param more whether there were more than the limit
 * @param count how many keys the range holds, whatever limit and bounds
 */
@API(status = API.Status.EXPERIMENTAL)
public record RangeResponse(ResponseHeader header, KeyValues kvs, boolean more, long count) implements ResponseOp {}
