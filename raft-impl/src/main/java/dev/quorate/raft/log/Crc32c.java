/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.log;

import java.util.zip.CRC32C;

/**
 * A CRC-32C that goes on from any value, which the JDK's own cannot.
 *
 * <p>The part is summed alone, by the JDK's fast code, and joined: a CRC is linear, so that of two parts behind one
 * another is that of the first, moved on by the length of the second, and that of the second, added. Not thread-safe.
 */
final class Crc32c {
    private static final int POLYNOMIAL = 0x82F63B78; // reflected

    /** MOVED[k][i][b]: what byte b at place i of a CRC becomes when 2^k zero bytes follow. */
    private static final int[][][] MOVED = tables();

    private final CRC32C part = new CRC32C();
    private int value;

    Crc32c(int value) {
        this.value = value;
    }

    int value() {
        return value;
    }

    void update(byte[] data, int offset, int length) {
        part.reset();
        part.update(data, offset, length);
        value = move(value, length) ^ (int) part.getValue();
    }

    private static int move(int crc, int zeroBytes) {
        int moved = crc;
        for (int k = 0, rest = zeroBytes; rest != 0; k++, rest >>>= 1) {
            if ((rest & 1) != 0) {
                moved = apply(MOVED[k], moved);
            }
        }
        return moved;
    }

    private static int apply(int[][] table, int crc) {
        return table[0][crc & 0xFF] ^ table[1][crc >>> 8 & 0xFF] ^ table[2][crc >>> 16 & 0xFF] ^ table[3][crc >>> 24];
    }

    private static int[][][] tables() {
        int[][][] tables = new int[31][4][256];
        for (int place = 0; place < 4; place++) {
            for (int b = 0; b < 256; b++) {
                int crc = b << (8 * place);
                for (int bit = 0; bit < 8; bit++) {
                    crc = (crc & 1) != 0 ? crc >>> 1 ^ POLYNOMIAL : crc >>> 1;
                }
                tables[0][place][b] = crc;
            }
        }
        for (int k = 1; k < tables.length; k++) {
            for (int place = 0; place < 4; place++) {
                for (int b = 0; b < 256; b++) {
                    tables[k][place][b] = apply(tables[k - 1], tables[k - 1][place][b]);
                }
            }
        }
        return tables;
    }
}
