/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.storage.h2;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;

/** Rows as plain arrays in unsigned order, a length in front of each on disk. */
final class ByteArrayType extends BasicDataType<byte[]> {
    static final ByteArrayType INSTANCE = new ByteArrayType();

    private static final int OBJECT_BYTES = 16;

    private ByteArrayType() {}

    @Override
    public int compare(byte[] a, byte[] b) {
        return Arrays.compareUnsigned(a, b);
    }

    @Override
    public int getMemory(byte[] value) {
        return OBJECT_BYTES + value.length;
    }

    @Override
    public void write(WriteBuffer buffer, byte[] value) {
        buffer.putVarInt(value.length).put(value);
    }

    @Override
    public byte[] read(ByteBuffer buffer) {
        byte[] value = new byte[DataUtils.readVarInt(buffer)];
        buffer.get(value);
        return value;
    }

    @Override
    public byte[][] createStorage(int size) {
        return new byte[size][];
    }
}
