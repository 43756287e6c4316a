/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.storage.h2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.api.storage.StorageEngine;
import dev.quorate.api.storage.StorageException;
import dev.quorate.api.storage.contract.NumberedBatches;
import java.nio.file.Path;
import java.util.Random;
import org.h2.store.fs.FilePath;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The disk under the store loses power, over and over: what comes back is a prefix of the batches, at least up to the
 * last flush.
 */
final class H2CrashTest {
    /** System property: how many crashes. */
    private static final int CRASHES = Integer.getInteger("quorate.crashes", 120);

    private static final String SCHEME = AtomicFilePath.SCHEME + ":" + CrashDiskPath.SCHEME + ":";
    private static final Path DIRECTORY = Path.of("/store");
    private static final int CRASHES_OF_ONE_STORE = 12;

    private final NumberedBatches batches = new NumberedBatches(1500);

    @AfterEach
    void removeDisk() {
        FilePath.unregister(new CrashDiskPath(new CrashDisk(new Random(0)), ""));
    }

    @Test
    void losesNothingThatWasFlushed() {
        long seed = Long.getLong("quorate.storage.seed", new Random().nextLong());
        for (int store = 0; store * CRASHES_OF_ONE_STORE < CRASHES; store++) {
            assertThat(loss(seed + store, true))
                    .as("-Dquorate.storage.seed=%d", seed + store)
                    .isEmpty();
        }
    }

    @Test
    void wouldFindALossIfSyncsDidNothing() {
        long losses = 0;
        for (int seed = 0; seed < 10; seed++) {
            losses += loss(seed, false).isEmpty() ? 0 : 1;
        }
        assertThat(losses).isPositive();
    }

    /** Crashes one store several times; tells what is wrong with it, if anything. */
    private String loss(long seed, boolean syncing) {
        Random random = new Random(seed);
        CrashDisk disk = new CrashDisk(random);
        FilePath.register(new CrashDiskPath(disk, ""));
        if (!syncing) {
            disk.forgetSyncs();
        }
        long flushed = 0;
        for (int crash = 0; crash < CRASHES_OF_ONE_STORE; crash++) {
            disk.losePowerAfter(random.nextInt(80));
            flushed = Math.max(flushed, run(random));
            disk.restart();
            try (StorageEngine engine = H2EngineProvider.open(SCHEME, DIRECTORY, NumberedBatches.BUCKETS)) {
                long held = batches.check(engine);
                if (held < flushed) {
                    return "crash " + crash + ": " + flushed + " were flushed, " + held + " are there";
                }
                flushed = held;
            } catch (AssertionError | RuntimeException e) {
                return "crash " + crash + ": " + e;
            }
        }
        return "";
    }

    /** Writes until the power goes, and returns up to where was flushed. */
    private long run(Random random) {
        long flushed = 0;
        StorageEngine engine = null;
        try {
            engine = H2EngineProvider.open(SCHEME, DIRECTORY, NumberedBatches.BUCKETS);
            long number = batches.check(engine);
            while (true) {
                number++;
                engine.write(batches.batch(number), number);
                if (random.nextInt(8) == 0) {
                    engine.flush();
                    flushed = number;
                }
                if (random.nextInt(60) == 0) {
                    engine.compact();
                    flushed = number;
                }
            }
        } catch (StorageException e) {
            return flushed;
        } finally {
            if (engine != null) {
                engine.close();
            }
        }
    }
}
