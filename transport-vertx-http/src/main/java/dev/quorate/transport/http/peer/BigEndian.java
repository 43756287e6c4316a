/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http.peer;

import dev.quorate.api.bytes.ProtoWriter;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Numbers of eight bytes, as lengths stand in front of frames. */
final class BigEndian {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private BigEndian() {}

    static void write(ProtoWriter writer, long number) {
        byte[] eight = new byte[Long.BYTES];
        LONGS.set(eight, 0, number);
        writer.rawBytes(eight, 0, Long.BYTES);
    }

    static long read(byte[] array, int offset) {
        return (long) LONGS.get(array, offset);
    }
}
