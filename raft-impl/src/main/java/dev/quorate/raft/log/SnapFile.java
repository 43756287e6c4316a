/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.log;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.ProtoWriter;
import dev.quorate.raft.spi.SnapshotMark;
import java.util.Locale;

/**
 * The {@code .snap} files beside the log: index, term and voters of a snapshot, with the membership as etcd's tools
 * want it.
 *
 * <p>A start does not read them; etcd's own tools do, once the beginning of the log is gone. Source: etcd v3.7.1,
 * {@code server/etcdserver/api/snap/snapshotter.go}.
 */
final class SnapFile {
    private SnapFile() {}

    static String name(SnapshotMark mark) {
        return String.format(Locale.ROOT, "%016x-%016x.snap", mark.term(), mark.index());
    }

    static boolean isName(String name) {
        return name.length() == 38 && name.endsWith(".snap");
    }

    /** Encodes {@code snappb.snapshot} around {@code raftpb.Snapshot}. */
    static byte[] encode(SnapshotMark mark, Bytes membership) {
        ProtoWriter snapshot = new ProtoWriter(membership.length() + 64).bytes(1, membership);
        int metadata = snapshot.begin(2);
        snapshot.bytesAlways(1, mark.confState().encode())
                .varintAlways(2, mark.index())
                .varintAlways(3, mark.term())
                .end(metadata);
        Bytes data = snapshot.toBytes();
        Crc32c crc = new Crc32c(0);
        crc.update(data.sharedArray(), data.sharedOffset(), data.length());
        return new ProtoWriter(data.length() + 16)
                .varintAlways(1, crc.value() & 0xFFFF_FFFFL)
                .bytesAlways(2, data)
                .toArray();
    }
}
