/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.snapshot;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.snapshot.SnapshotFile;
import dev.quorate.api.snapshot.SnapshotImage;
import dev.quorate.api.storage.Bucket;
import dev.quorate.api.storage.StorageReader.Cursor;
import dev.quorate.api.storage.WriteBatch;
import dev.quorate.api.storage.memory.MapStorageEngine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/** What a snapshot holds, as plain maps: rows by key, by name of their bucket. */
final class Contents {
    static final List<Bucket> BUCKETS = buckets("meta", "key", "alarm", "auth", "members", "lease", "cluster");

    final SortedMap<String, SortedMap<Bytes, Bytes>> rows = new TreeMap<>();

    private static List<Bucket> buckets(String... names) {
        List<Bucket> buckets = new ArrayList<>();
        for (String name : names) {
            buckets.add(new Bucket(name, buckets.size()));
        }
        return buckets;
    }

    static Contents empty() {
        Contents contents = new Contents();
        BUCKETS.forEach(bucket -> contents.rows.put(bucket.name(), new TreeMap<>()));
        return contents;
    }

    /** Makes contents of any shape: none, one, or thousands of rows, keys and values of all sizes up to many pages. */
    static Contents random(Random random) {
        Contents contents = empty();
        for (Map<Bytes, Bytes> bucket : contents.rows.values()) {
            int count = random.nextInt(4) == 0 ? 0 : 1 << random.nextInt(12);
            int keyBytesMax = 1 + (random.nextInt(8) == 0 ? random.nextInt(9000) : random.nextInt(40));
            int valueBytesMax = 1 + (random.nextInt(8) == 0 ? random.nextInt(60_000) : random.nextInt(300));
            count = Math.min(count, 4_000_000 / (keyBytesMax + valueBytesMax));
            for (int i = 0; i < count; i++) {
                bucket.put(
                        bytes(random, 1 + random.nextInt(keyBytesMax)), bytes(random, random.nextInt(valueBytesMax)));
            }
        }
        return contents;
    }

    static Bytes bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return Bytes.wrap(bytes);
    }

    Contents with(String bucket, Bytes key, Bytes value) {
        rows.computeIfAbsent(bucket, name -> new TreeMap<>()).put(key, value);
        return this;
    }

    /** Lays the contents out as a file. */
    SnapshotImage image() {
        MapStorageEngine engine = new MapStorageEngine();
        WriteBatch batch = new WriteBatch();
        for (Bucket bucket : BUCKETS) {
            rows.getOrDefault(bucket.name(), new TreeMap<>()).forEach((key, value) -> batch.put(bucket, key, value));
        }
        engine.write(batch, 1);
        return new BboltFormat().image(engine.snapshot(), BUCKETS);
    }

    byte[] file() throws IOException {
        try (InputStream content = image().content()) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            content.transferTo(out);
            return out.toByteArray();
        }
    }

    /** Writes a file with its hash behind it. */
    static void save(SnapshotImage image, Path file) throws IOException {
        try (DigestInputStream content = new DigestInputStream(image.content(), sha256());
                OutputStream out = Files.newOutputStream(file)) {
            content.transferTo(out);
            out.write(content.getMessageDigest().digest());
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static Contents of(SnapshotFile file) {
        Contents contents = new Contents();
        for (String bucket : file.buckets()) {
            SortedMap<Bytes, Bytes> read = new TreeMap<>();
            contents.rows.put(bucket, read);
            try (Cursor cursor = file.scan(bucket)) {
                while (cursor.next()) {
                    read.put(cursor.key(), cursor.value());
                }
            }
        }
        return contents;
    }

    static Contents read(Path file) {
        try (SnapshotFile opened = new BboltFormat().open(file)) {
            return of(opened);
        }
    }

    /** Returns the hash that {@code etcdutl snapshot status} shows. */
    long statusHash() {
        CRC32C crc = new CRC32C();
        rows.forEach((name, bucket) -> {
            crc.update(name.getBytes(StandardCharsets.UTF_8));
            bucket.forEach((key, value) -> {
                crc.update(key.toArray());
                crc.update(value.toArray());
            });
        });
        return crc.getValue();
    }
}
