/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Answers a put.
 *
 * @param header who answered, and at which revision
 * @param prevKv what was there before; null if nothing was or it was not asked for
 */
@API(status = API.Status.EXPERIMENTAL)
public record PutResponse(ResponseHeader header, @Nullable KeyValue prevKv) implements ResponseOp {}
