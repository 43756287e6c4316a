/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.simulation;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.snapshot.SnapshotException;
import dev.quorate.api.snapshot.SnapshotFile;
import dev.quorate.api.snapshot.SnapshotFormat;
import dev.quorate.api.snapshot.SnapshotImage;
import dev.quorate.api.storage.Bucket;
import dev.quorate.api.storage.StorageReader;
import dev.quorate.api.storage.StorageReader.Cursor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;

/** Snapshots as plain rows, one after the other, and a checksum: what the real format holds, without its pages. */
final class RowFiles implements SnapshotFormat {
    private record Row(Bytes key, Bytes value) {}

    @Override
    public SnapshotImage image(StorageReader state, List<Bucket> buckets) {
        byte[] encoded = encode(state, buckets);
        return new SnapshotImage() {
            @Override
            public long sizeBytes() {
                return encoded.length;
            }

            @Override
            public InputStream content() {
                return new ByteArrayInputStream(encoded);
            }
        };
    }

    private static byte[] encode(StorageReader state, List<Bucket> buckets) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            for (Bucket bucket : buckets) {
                out.writeUTF(bucket.name());
                try (Cursor rows = state.scan(bucket, Bytes.EMPTY, null, false)) {
                    while (rows.next()) {
                        write(out, rows.key());
                        write(out, rows.value());
                    }
                }
                out.writeInt(-1);
            }
            out.writeUTF("");
            out.writeLong(sum(bytes.toByteArray(), bytes.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream out, Bytes bytes) throws IOException {
        out.writeInt(bytes.length());
        out.write(bytes.toArray());
    }

    private static long sum(byte[] bytes, int length) {
        CRC32 sum = new CRC32();
        sum.update(bytes, 0, length);
        return sum.getValue();
    }

    @Override
    public SnapshotFile open(Path file) {
        Map<String, List<Row>> buckets = new TreeMap<>();
        byte[] encoded;
        try {
            encoded = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new SnapshotException("cannot read " + file, e);
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(encoded))) {
            for (String name = in.readUTF(); !name.isEmpty(); name = in.readUTF()) {
                List<Row> rows = new ArrayList<>();
                for (int length = in.readInt(); length >= 0; length = in.readInt()) {
                    Bytes key = Bytes.wrap(in.readNBytes(length));
                    rows.add(new Row(key, Bytes.wrap(in.readNBytes(in.readInt()))));
                }
                buckets.put(name, rows);
            }
            if (in.readLong() != sum(encoded, encoded.length - Long.BYTES)) {
                throw new SnapshotException("the checksum is wrong", null);
            }
        } catch (IOException e) {
            throw new SnapshotException("the file is cut short", e);
        }
        return new File(encoded.length, buckets);
    }

    private record File(long sizeBytes, Map<String, List<Row>> rows) implements SnapshotFile {
        @Override
        public boolean hasHash() {
            return false;
        }

        @Override
        public boolean hashMatches() {
            throw new IllegalStateException("there is none");
        }

        @Override
        public List<String> buckets() {
            return List.copyOf(rows.keySet());
        }

        @Override
        public Cursor scan(String bucket) {
            return new Walk(rows.getOrDefault(bucket, List.of()));
        }

        @Override
        public void close() {}
    }

    private static final class Walk implements Cursor {
        private final List<Row> rows;
        private int at = -1;

        Walk(List<Row> rows) {
            this.rows = rows;
        }

        @Override
        public boolean next() {
            return ++at < rows.size();
        }

        @Override
        public Bytes key() {
            return rows.get(at).key();
        }

        @Override
        public Bytes value() {
            return rows.get(at).value();
        }

        @Override
        public void close() {}
    }
}
