/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.log;

import dev.quorate.api.bytes.Bytes;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apiguardian.api.API;

/**
 * How a log is kept.
 *
 * @param folder where its files lie
 * @param snapshotFolder where the {@code .snap} files lie
 * @param segmentBytes from which size on a file is followed by another one, a multiple of 4096
 * @param segmentsMax files kept, 0 for all
 * @param snapshotsMax {@code .snap} files kept, 0 for all
 * @param sync false loses data on a crash
 * @param membership what a snapshot file says of the membership
 * @param nanoTime a clock for the observer
 * @param observer looks at the writes
 */
@API(status = API.Status.EXPERIMENTAL)
@SuppressWarnings("checkstyle:RecordComponentNumber")
public record WalOptions(
        Path folder,
        Path snapshotFolder,
        long segmentBytes,
        int segmentsMax,
        int snapshotsMax,
        boolean sync,
        Supplier<Bytes> membership,
        LongSupplier nanoTime,
        Wal.Observer observer) {}
