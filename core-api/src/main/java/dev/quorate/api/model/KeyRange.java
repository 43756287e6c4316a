/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import dev.quorate.api.bytes.Bytes;
import org.apiguardian.api.API;

/**
 * The keys that a request speaks of, in etcd's form: a key and an end.
 *
 * @param key first key, inclusive
 * @param end empty: the one key; a single zero byte: all keys from the first on; else the end, exclusive
 */
@API(status = API.Status.EXPERIMENTAL)
public record KeyRange(Bytes key, Bytes end) {

    /** The end that means: all keys from the first on. */
    public static final Bytes FROM_KEY = Bytes.wrap(new byte[] {0});

    /**
     * The range of one key.
     *
     * @param key the key
     * @return the range
     */
    public static KeyRange single(Bytes key) {
        return new KeyRange(key, Bytes.EMPTY);
    }

    /**
     * The range of all keys that begin with some bytes.
     *
     * @param prefix the bytes; none of them means every key
     * @return the range
     */
    public static KeyRange prefix(Bytes prefix) {
        if (prefix.isEmpty()) {
            return new KeyRange(FROM_KEY, FROM_KEY);
        }
        int last = prefix.length() - 1;
        while (last >= 0 && prefix.at(last) == (byte) 0xFF) {
            last--;
        }
        if (last < 0) {
            return new KeyRange(prefix, FROM_KEY);
        }
        byte[] end = prefix.slice(0, last + 1).toArray();
        end[last]++;
        return new KeyRange(prefix, Bytes.wrap(end));
    }

    /**
     * Tells whether the range is one key.
     *
     * @return true if the end is empty
     */
    public boolean isSingle() {
        return end.isEmpty();
    }

    /**
     * Tells whether the range has no end.
     *
     * @return true if the end is a single zero byte
     */
    public boolean isFromKey() {
        return end.length() == 1 && end.at(0) == 0;
    }

    /**
     * Tells whether no key can lie in the range.
     *
     * @return true if there is an end and it is not behind the first key
     */
    public boolean isEmpty() {
        return !isSingle() && !isFromKey() && key.compareTo(end) >= 0;
    }

    /**
     * Tells whether a key lies in the range.
     *
     * @param candidate the key
     * @return true if it does
     */
    public boolean contains(Bytes candidate) {
        if (isSingle()) {
            return candidate.equals(key);
        }
        return candidate.compareTo(key) >= 0 && (isFromKey() || candidate.compareTo(end) < 0);
    }
}
