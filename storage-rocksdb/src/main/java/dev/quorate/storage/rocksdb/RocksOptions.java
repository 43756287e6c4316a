/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.storage.rocksdb;

import java.util.List;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.CompressionType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;

/**
 * How RocksDB is set up: rows come with ever higher keys, are read one by one, and are removed by compaction of the
 * history.
 *
 * <p>Memory: at most 3 × 64 MiB of tables that wait to be written, and 64 MiB of blocks.
 */
final class RocksOptions implements AutoCloseable {
    private static final long WRITE_BUFFER_BYTES = 64L << 20;
    private static final long CACHE_BYTES = 64L << 20;

    private final Cache cache = new LRUCache(CACHE_BYTES);
    private final BloomFilter filter = new BloomFilter(10);
    private final Options options;

    RocksOptions() {
        options = new Options()
                .setCreateIfMissing(true)
                .setParanoidChecks(true)
                .setAtomicFlush(true)
                .setWriteBufferSize(WRITE_BUFFER_BYTES)
                .setMaxWriteBufferNumber(3)
                .setArenaBlockSize(256 << 10)
                .setMaxBackgroundJobs(2)
                .setBytesPerSync(1 << 20)
                .setLevelCompactionDynamicLevelBytes(true)
                .setCompressionPerLevel(List.of(
                        CompressionType.NO_COMPRESSION,
                        CompressionType.NO_COMPRESSION,
                        CompressionType.LZ4_COMPRESSION,
                        CompressionType.LZ4_COMPRESSION,
                        CompressionType.LZ4_COMPRESSION,
                        CompressionType.LZ4_COMPRESSION,
                        CompressionType.LZ4_COMPRESSION))
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setKeepLogFileNum(2)
                .setMaxLogFileSize(1 << 20)
                .setStatsDumpPeriodSec(0)
                .setStatsPersistPeriodSec(0)
                .setAllowConcurrentMemtableWrite(false)
                .setTableFormatConfig(new BlockBasedTableConfig()
                        .setBlockCache(cache)
                        .setFilterPolicy(filter)
                        .setBlockSize(8 << 10)
                        .setFormatVersion(5));
    }

    Options options() {
        return options;
    }

    @Override
    public void close() {
        options.close();
        filter.close();
        cache.close();
    }
}
