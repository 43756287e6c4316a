/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.bench;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.PutRequest;
import dev.quorate.api.storage.StorageEngine;
import dev.quorate.api.storage.StorageEngineProvider;
import dev.quorate.api.storage.StorageReader;
import dev.quorate.api.storage.WriteBatch;
import dev.quorate.mvcc.LeaseBook;
import dev.quorate.mvcc.MvccStore;
import dev.quorate.mvcc.MvccWriter;
import dev.quorate.schema.Buckets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/** Tells how long a store with a million revisions takes to open, and how much of that it reads its rows. */
public final class RestoreTime {
    private static final int VALUE_BYTES = 256;
    private static final int BATCH = 1000;

    private RestoreTime() {}

    /**
     * Measures and prints.
     *
     * @param arguments the number of revisions, then the number of keys, then engines
     * @throws IOException if the folder for the store cannot be made
     */
    public static void main(String[] arguments) throws IOException {
        int revisions = Integer.parseInt(arguments[0]);
        int keys = Integer.parseInt(arguments[1]);
        for (int i = 2; i < arguments.length; i++) {
            Path folder = Files.createTempDirectory("quorate-bench");
            try {
                measure(provider(arguments[i]), folder, revisions, keys);
            } finally {
                delete(folder);
            }
        }
    }

    private static StorageEngineProvider provider(String name) {
        return ServiceLoader.load(StorageEngineProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static void measure(StorageEngineProvider provider, Path folder, int revisions, int keys) {
        try (StorageEngine engine = provider.open(folder, Buckets.ALL)) {
            fill(engine, revisions, keys);
            engine.flush();
        }
        for (int round = 0; round < 3; round++) {
            long opened;
            long read;
            long begin = System.nanoTime();
            try (StorageEngine engine = provider.open(folder, Buckets.ALL)) {
                opened = System.nanoTime();
                try (StorageReader.Cursor cursor = engine.scan(Buckets.KEY, Bytes.EMPTY, null, false)) {
                    long bytes = 0;
                    while (cursor.next()) {
                        bytes += cursor.key().length() + cursor.value().length();
                    }
                    if (bytes < revisions) {
                        throw new IllegalStateException("only " + bytes + " bytes were stored");
                    }
                }
                read = System.nanoTime();
                MvccStore store = MvccStore.open(engine, LeaseBook.NONE);
                if (store.revision() != revisions + 1) {
                    throw new IllegalStateException("the store came back at revision " + store.revision());
                }
            }
            System.out.printf(
                    Locale.ROOT,
                    "%-8s %d revisions of %d keys: engine opened in %.2f s, rows read in %.2f s, store opened in %.2f s%n",
                    provider.name(),
                    revisions,
                    keys,
                    (opened - begin) / 1e9,
                    (read - opened) / 1e9,
                    (System.nanoTime() - read) / 1e9);
        }
    }

    private static void fill(StorageEngine engine, int revisions, int keys) {
        Random random = new Random(1);
        MvccStore store = MvccStore.open(engine, LeaseBook.NONE);
        MvccWriter writer = store.writer();
        byte[] value = new byte[VALUE_BYTES];
        WriteBatch batch = new WriteBatch();
        for (int i = 1; i <= revisions; i++) {
            if (i % BATCH == 1) {
                batch = new WriteBatch();
                writer.begin(batch);
            }
            random.nextBytes(value);
            int number = i <= keys ? i - 1 : random.nextInt(keys);
            writer.put(PutRequest.of(IndexKeys.key(number, new Random(number)), Bytes.copyOf(value)));
            if (i % BATCH == 0 || i == revisions) {
                engine.write(batch, i);
                writer.publish();
                writer.takeChanges();
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
