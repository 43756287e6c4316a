/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import dev.quorate.api.bytes.Bytes;
import org.apiguardian.api.API;

/**
 * A condition of a transaction. All keys of the range have to meet it; a key that is not there compares as 0, and with
 * a value never.
 *
 * @param target what is looked at
 * @param result which outcome makes it true
 * @param range whose
 * @param number what it is compared with, unless that is a value
 * @param value what a value is compared with; empty otherwise
 */
@API(status = API.Status.EXPERIMENTAL)
public record Compare(CompareTarget target, CompareResult result, KeyRange range, long number, Bytes value) {

    /**
     * Compares a number of one key.
     *
     * @param key the key
     * @param target any target but the value
     * @param result which outcome makes it true
     * @param number what it is compared with
     * @return the condition
     */
    public static Compare number(Bytes key, CompareTarget target, CompareResult result, long number) {
        return new Compare(target, result, KeyRange.single(key), number, Bytes.EMPTY);
    }

    /**
     * Compares the value of one key.
     *
     * @param key the key
     * @param result which outcome makes it true
     * @param value what it is compared with
     * @return the condition
     */
    public static Compare value(Bytes key, CompareResult result, Bytes value) {
        return new Compare(CompareTarget.VALUE, result, KeyRange.single(key), 0, value);
    }
}
