/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.storage.rocksdb;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Checks the file in which RocksDB notes which tables belong to a store, before RocksDB reads it: it trusts the type of
 * a record before the checksum, and one changed bit there lets it read for ever.
 *
 * <p>The file is a row of blocks of 32 KiB with records that do not cross them: masked CRC-32C, length, type, bytes;
 * all numbers little-endian. What a crash can leave, the beginning of a last record, is left to RocksDB.
 */
final class Manifest {
    private static final int BLOCK = 32 * 1024;
    private static final int HEADER = 4 + 2 + 1;
    private static final int LAST_TYPE = 4; // whole, first, middle, last piece; RocksDB has others for files used again

    private Manifest() {}

    /**
     * Looks at all records.
     *
     * @return the offset of the first damaged one, -1 if there is none
     */
    static long damagedAt(byte[] file) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int at = 0;
        while (at + HEADER <= file.length) {
            if (BLOCK - at % BLOCK < HEADER) {
                at += BLOCK - at % BLOCK; // too small for a record
                continue;
            }
            int length = Short.toUnsignedInt(bytes.getShort(at + 4));
            int type = file[at + 6];
            int end = at + HEADER + length;
            if (end > file.length || (type == 0 && onlyZeros(file, at))) {
                return -1;
            }
            boolean known = type > 0 && type <= LAST_TYPE;
            boolean whole = known && bytes.getInt(at) == checksum(file, at + 6, length + 1);
            if (!whole && (end < file.length || !known)) {
                return at;
            }
            at = end;
        }
        return -1;
    }

    private static boolean onlyZeros(byte[] file, int from) {
        for (int i = from; i < file.length; i++) {
            if (file[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private static int checksum(byte[] file, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(file, from, length);
        return Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8; // RocksDB's mask
    }
}
