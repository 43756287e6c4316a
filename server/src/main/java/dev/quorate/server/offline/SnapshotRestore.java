/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.offline;

import dev.quorate.api.snapshot.SnapshotException;
import dev.quorate.api.snapshot.SnapshotFile;
import dev.quorate.api.snapshot.SnapshotFormat;
import dev.quorate.api.storage.StorageEngine;
import dev.quorate.api.storage.StorageEngineProvider;
import dev.quorate.schema.Buckets;
import dev.quorate.server.boot.DataDir;
import dev.quorate.server.boot.Engines;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a data dir from a snapshot that etcd or a member of ours has saved: the data stays, the cluster is a new one
 * with new ids, and its log begins with its members.
 *
 * <pre>{@code
 * SnapshotRestore.of(Path.of("saved.db"), Path.of("new.etcd"))
 *         .storage("rocksdb")
 *         .initialCluster(Map.of("default", List.of("http://localhost:2380")))
 *         .run();
 * }</pre>
 *
 * <p>Every member of a new cluster is restored from the same snapshot, each with its own name. Not thread-safe.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class SnapshotRestore {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotRestore.class);
    private static final String ASIDE = "restoring.tmp";

    private final Path snapshot;
    private final Path dataDir;
    private @Nullable Path walDir;
    private String storage = "rocksdb";
    private String name = "default";
    private Map<String, List<String>> initialCluster = Map.of("default", List.of("http://localhost:2380"));
    private String token = "etcd-cluster";
    private boolean skipHashCheck;
    private long revisionBump;

    private SnapshotRestore(Path snapshot, Path dataDir) {
        this.snapshot = snapshot;
        this.dataDir = dataDir;
    }

    /**
     * Begins a restore with etcd's defaults: one member, {@code default}, at {@code http://localhost:2380}.
     *
     * @param snapshot the file
     * @param dataDir the folder to make; may exist if it is empty
     * @return its settings
     */
    public static SnapshotRestore of(Path snapshot, Path dataDir) {
        return new SnapshotRestore(snapshot, dataDir);
    }

    /**
     * Puts the log elsewhere than into the data dir.
     *
     * @param folder where; must not exist
     * @return this
     */
    public SnapshotRestore walDir(Path folder) {
        walDir = folder;
        return this;
    }

    /**
     * Chooses the engine that the data is brought into.
     *
     * @param engine its name
     * @return this
     */
    public SnapshotRestore storage(String engine) {
        storage = engine;
        return this;
    }

    /**
     * Says which member of the new cluster this one is.
     *
     * @param memberName its name
     * @return this
     */
    public SnapshotRestore name(String memberName) {
        name = memberName;
        return this;
    }

    /**
     * Says who is in the new cluster.
     *
     * @param peerUrlsByName where each member is reached by the others
     * @return this
     */
    public SnapshotRestore initialCluster(Map<String, List<String>> peerUrlsByName) {
        initialCluster = Map.copyOf(peerUrlsByName);
        return this;
    }

    /**
     * Names the new cluster; ids depend on it.
     *
     * @param clusterToken the token
     * @return this
     */
    public SnapshotRestore token(String clusterToken) {
        token = clusterToken;
        return this;
    }

    /**
     * Takes files without a hash, such as a copy of {@code member/snap/db}, and does not look at one that is there.
     *
     * @param skip true to do so
     * @return this
     */
    public SnapshotRestore skipHashCheck(boolean skip) {
        skipHashCheck = skip;
        return this;
    }

    /**
     * Raises the revision, and has everything before it compacted: clients that hold revisions of the lost cluster then
     * see that theirs are gone, rather than other data under the same number.
     *
     * @param amount by how much; 0 for not at all
     * @return this
     */
    public SnapshotRestore bumpRevision(long amount) {
        if (amount < 0) {
            throw new IllegalArgumentException("the revision cannot be bumped by " + amount);
        }
        revisionBump = amount;
        return this;
    }

    /**
     * Makes the data dir.
     *
     * @throws IllegalArgumentException if a setting is wrong; nothing was written
     * @throws SnapshotException if the file is no snapshot, is damaged, or has no hash or a wrong one
     * @throws dev.quorate.api.storage.StorageException if storage fails
     * @throws UncheckedIOException if a folder cannot be written
     */
    public void run() {
        NewCluster cluster = NewCluster.of(name, initialCluster, token);
        StorageEngineProvider provider = Engines.named(storage);
        if (!provider.durable()) {
            throw new IllegalArgumentException("storage " + storage + " keeps nothing: choose another one");
        }
        checkFolders();
        LOG.atInfo()
                .addKeyValue("path", snapshot)
                .addKeyValue("data-dir", dataDir)
                .log("restoring snapshot");
        SnapshotFormat format = ServiceLoader.load(SnapshotFormat.class)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "no snapshot format is on the class path: add quorate-snapshot-bbolt"));
        try (SnapshotFile file = format.open(snapshot)) {
            checkHash(file);
            restore(file, cluster, provider);
        }
        LOG.atInfo()
                .addKeyValue("path", snapshot)
                .addKeyValue("data-dir", dataDir)
                .addKeyValue("cluster-id", Long.toHexString(cluster.clusterId()))
                .addKeyValue("local-member-id", Long.toHexString(cluster.memberId()))
                .log("restored snapshot");
    }

    private void checkFolders() {
        try {
            if (Files.exists(dataDir)) {
                try (Stream<Path> entries = Files.list(dataDir)) {
                    if (entries.findAny().isPresent()) {
                        throw new IllegalArgumentException(
                                "data-dir \"" + dataDir + "\" not empty or could not be read");
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("data-dir \"" + dataDir + "\" not empty or could not be read", e);
        }
        Path wal = walDir;
        if (wal != null && Files.exists(wal)) {
            throw new IllegalArgumentException("wal-dir \"" + wal + "\" exists");
        }
    }

    private void checkHash(SnapshotFile file) {
        if (skipHashCheck) {
            return;
        }
        if (!file.hasHash()) {
            throw new SnapshotException("snapshot missing hash but --skip-hash-check=false", null);
        }
        if (!file.hashMatches()) {
            throw new SnapshotException("snapshot " + snapshot + " does not match the sha256 behind it", null);
        }
    }

    private void restore(SnapshotFile file, NewCluster cluster, StorageEngineProvider provider) {
        Path aside = dataDir.resolve(ASIDE);
        try {
            try (DataDir made = DataDir.open(aside, walDir)) {
                try (StorageEngine engine = provider.open(made.store(provider.name()), Buckets.ALL)) {
                    new StoreFiller(engine, cluster).fill(file, revisionBump);
                    engine.flush();
                }
                cluster.writeLog(made);
            }
            Files.move(aside.resolve("member"), dataDir.resolve("member"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to data dir " + dataDir, e);
        } finally {
            delete(aside);
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> entries = Files.walk(folder)) {
            for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(entry);
            }
        } catch (IOException e) {
            LOG.atWarn().setCause(e).addKeyValue("path", folder).log("failed to delete what was made aside");
        }
    }
}
