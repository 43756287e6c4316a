/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.snapshot;

import dev.quorate.api.snapshot.SnapshotFile;
import dev.quorate.api.snapshot.SnapshotFormat;
import dev.quorate.api.snapshot.SnapshotImage;
import dev.quorate.api.storage.Bucket;
import dev.quorate.api.storage.StorageReader;
import java.nio.file.Path;
import java.util.List;
import org.apiguardian.api.API;

/** Snapshots as bbolt files: what etcd's own tools save, check and restore. Thread-safe. */
@API(status = API.Status.EXPERIMENTAL)
public final class BboltFormat implements SnapshotFormat {
    /** Creates the format; found by {@link java.util.ServiceLoader}. */
    public BboltFormat() {}

    @Override
    public SnapshotImage image(StorageReader state, List<Bucket> buckets) {
        return BboltImage.layOut(state, buckets);
    }

    @Override
    public SnapshotFile open(Path file) {
        return BboltFile.open(file);
    }
}
