/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.storage.contract;

import dev.quorate.api.storage.StorageEngine;
import dev.quorate.api.storage.StorageEngineProvider;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.ServiceLoader;

/** A process that writes numbered batches and tells its parent which are flushed, until it is killed. */
public final class KilledWriter {
    private KilledWriter() {}

    /**
     * Writes without end.
     *
     * @param arguments name of the engine, folder, seed
     * @throws IOException if the parent is gone
     */
    public static void main(String[] arguments) throws IOException {
        StorageEngineProvider provider = ServiceLoader.load(StorageEngineProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(candidate -> candidate.name().equals(arguments[0]))
                .findFirst()
                .orElseThrow();
        Random random = new Random(Long.parseLong(arguments[2]));
        NumberedBatches batches = new NumberedBatches(2000);
        DataOutputStream flushed = new DataOutputStream(new FileOutputStream(FileDescriptor.out));
        try (StorageEngine engine = provider.open(Path.of(arguments[1]), NumberedBatches.BUCKETS)) {
            long number = batches.check(engine);
            flushed.writeLong(number);
            while (true) {
                number++;
                engine.write(batches.batch(number), number);
                if (random.nextInt(400) == 0) {
                    engine.flush();
                    flushed.writeLong(number);
                }
                if (random.nextInt(3000) == 0) {
                    engine.compact();
                }
            }
        }
    }
}
