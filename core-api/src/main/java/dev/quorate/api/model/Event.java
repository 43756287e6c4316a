/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A change of a key.
 *
 * @param type what happened
 * @param kv the key afterwards; of a deletion only key and mod revision
 * @param prevKv the key before; null if it was not there, not asked for, or is compacted
 */
@API(status = API.Status.EXPERIMENTAL)
public record Event(EventType type, KeyValue kv, @Nullable KeyValue prevKv) {}
