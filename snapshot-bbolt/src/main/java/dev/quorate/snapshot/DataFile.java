/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.snapshot;

import dev.quorate.api.snapshot.SnapshotException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * The bytes of a file, and how an error in them is reported. An interrupted thread harms it not: a channel would be
 * closed. Confined to one thread.
 */
final class DataFile implements AutoCloseable {
    private final Path path;
    private final RandomAccessFile file;
    private final long length;
    private int pageBytes = Layout.PAGE_BYTES;

    DataFile(Path path) {
        this.path = path;
        try {
            file = new RandomAccessFile(path.toFile(), "r");
        } catch (FileNotFoundException e) {
            throw new SnapshotException("snapshot " + path + " cannot be opened: " + e.getMessage(), e);
        }
        try {
            length = file.length();
        } catch (IOException e) {
            close();
            throw unreadable(e);
        }
    }

    /** Tells whether the file ends with a hash: pages are multiples of 512 bytes, so what is left over is one. */
    boolean hasHash() {
        return length % 512 == Layout.HASH_BYTES;
    }

    /** Returns the number of bytes before the hash. */
    long dataBytes() {
        return hasHash() ? length - Layout.HASH_BYTES : length;
    }

    /** Says how large pages are, for {@link #damaged} to name offsets. */
    void setPageBytes(int bytes) {
        pageBytes = bytes;
    }

    int pageBytes() {
        return pageBytes;
    }

    /**
     * Reads bytes.
     *
     * @return a new array
     */
    byte[] read(long offset, int count) {
        byte[] bytes = new byte[count];
        try {
            file.seek(offset);
            file.readFully(bytes);
        } catch (IOException e) {
            throw unreadable(e);
        }
        return bytes;
    }

    boolean hashMatches() {
        if (!hasHash()) {
            throw new IllegalStateException("no hash follows snapshot " + path);
        }
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
        long data = dataBytes();
        for (long at = 0; at < data; ) {
            byte[] piece = read(at, (int) Math.min(256 << 10, data - at));
            digest.update(piece);
            at += piece.length;
        }
        return Arrays.equals(digest.digest(), read(data, Layout.HASH_BYTES));
    }

    /** Makes the error of a page. */
    SnapshotException damaged(long page, String what) {
        return new SnapshotException(
                "snapshot " + path + " is damaged: page " + page + " at offset " + page * pageBytes + ": " + what,
                null);
    }

    /** Makes the error of the file as a whole. */
    SnapshotException wrong(String what) {
        return new SnapshotException("snapshot " + path + " " + what, null);
    }

    private SnapshotException unreadable(IOException e) {
        return new SnapshotException("snapshot " + path + " cannot be read: " + e, e);
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }
}
