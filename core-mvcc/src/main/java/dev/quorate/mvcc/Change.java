/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.EventType;
import org.apiguardian.api.API;

/**
 * One change of one key.
 *
 * @param type what happened
 * @param created whether the key was not there before (a put only): no previous value exists
 * @param main its revision
 * @param sub its place within that revision
 * @param key the key; may be a slice of the record
 * @param record the key afterwards as an event shows it, the message {@code mvccpb.KeyValue}; of a deletion it holds
 *     only key and mod revision
 */
@API(status = API.Status.EXPERIMENTAL)
public record Change(EventType type, boolean created, long main, long sub, Bytes key, Bytes record) {}
