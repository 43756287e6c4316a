/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.schema;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.Revision;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.apiguardian.api.API;

/**
 * Keys of bucket {@code key}: revisions as bytes, whose order is the order of history.
 *
 * <pre>
 * 0        8   9        17   18
 * +--------+---+--------+----+
 * | main   | _ | sub    | t  |   numbers big-endian; the t only in the key of a tombstone
 * +--------+---+--------+----+
 * </pre>
 */
@API(status = API.Status.EXPERIMENTAL)
public final class RevisionKeys {
    /** Bytes of a key. */
    public static final int LENGTH = 17;

    /** Bytes of the key of a tombstone. */
    public static final int TOMBSTONE_LENGTH = 18;

    private static final byte SEPARATOR = '_';
    private static final byte TOMBSTONE = 't';
    private static final int SUB = 9;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private RevisionKeys() {}

    /**
     * Encodes a revision.
     *
     * @param main main revision
     * @param sub place within it
     * @return the key
     */
    public static Bytes of(long main, long sub) {
        byte[] key = new byte[LENGTH];
        write(key, 0, main, sub);
        return Bytes.wrap(key);
    }

    /**
     * Encodes the revision of a tombstone.
     *
     * @param main main revision
     * @param sub place within it
     * @return the key
     */
    public static Bytes ofTombstone(long main, long sub) {
        byte[] key = new byte[TOMBSTONE_LENGTH];
        write(key, 0, main, sub);
        key[LENGTH] = TOMBSTONE;
        return Bytes.wrap(key);
    }

    /**
     * Writes a key into an array: {@value #LENGTH} bytes.
     *
     * @param into the array
     * @param offset where in it
     * @param main main revision
     * @param sub place within it
     */
    public static void write(byte[] into, int offset, long main, long sub) {
        LONG.set(into, offset, main);
        into[offset + Long.BYTES] = SEPARATOR;
        LONG.set(into, offset + SUB, sub);
    }

    /**
     * Writes the key of a tombstone into an array: {@value #TOMBSTONE_LENGTH} bytes.
     *
     * @param into the array
     * @param offset where in it
     * @param main main revision
     * @param sub place within it
     */
    public static void writeTombstone(byte[] into, int offset, long main, long sub) {
        write(into, offset, main, sub);
        into[offset + LENGTH] = TOMBSTONE;
    }

    /**
     * Returns the main revision of a key.
     *
     * @param key the key
     * @return its main revision
     * @throws IllegalArgumentException if the key has not {@value #LENGTH} or {@value #TOMBSTONE_LENGTH} bytes
     */
    public static long main(Bytes key) {
        check(key);
        return (long) LONG.get(key.sharedArray(), key.sharedOffset());
    }

    /**
     * Returns the place of a key within its main revision.
     *
     * @param key the key
     * @return its sub revision
     * @throws IllegalArgumentException if the key has not {@value #LENGTH} or {@value #TOMBSTONE_LENGTH} bytes
     */
    public static long sub(Bytes key) {
        check(key);
        return (long) LONG.get(key.sharedArray(), key.sharedOffset() + SUB);
    }

    /**
     * Decodes a key.
     *
     * @param key the key
     * @return its revision
     * @throws IllegalArgumentException if the key has not {@value #LENGTH} or {@value #TOMBSTONE_LENGTH} bytes
     */
    public static Revision decode(Bytes key) {
        return new Revision(main(key), sub(key));
    }

    /**
     * Tells whether a key is that of a tombstone.
     *
     * @param key the key
     * @return true if it is
     */
    public static boolean isTombstone(Bytes key) {
        return key.length() == TOMBSTONE_LENGTH && key.at(LENGTH) == TOMBSTONE;
    }

    private static void check(Bytes key) {
        if (key.length() != LENGTH && key.length() != TOMBSTONE_LENGTH) {
            throw new IllegalArgumentException("a revision of " + key.length() + " bytes: " + key);
        }
    }
}
