/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.storage.h2;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.util.List;
import org.h2.store.fs.FileBase;
import org.h2.store.fs.FilePath;
import org.jspecify.annotations.Nullable;

/** Puts a {@link CrashDisk} under H2. */
final class CrashDiskPath extends FilePath {
    static final String SCHEME = "crash-disk";

    private final CrashDisk disk;

    CrashDiskPath(CrashDisk disk, String path) {
        this.disk = disk;
        name = path;
    }

    @Override
    public String getScheme() {
        return SCHEME;
    }

    @Override
    public FilePath getPath(String path) {
        return new CrashDiskPath(disk, path);
    }

    @Override
    public FileChannel open(String mode) {
        return new OpenFile();
    }

    @Override
    public boolean exists() {
        return disk.exists(name);
    }

    @Override
    public long size() {
        return disk.size(name);
    }

    @Override
    public @Nullable FilePath getParent() {
        return null;
    }

    @Override
    public boolean canWrite() {
        return true;
    }

    @Override
    public boolean isAbsolute() {
        return true;
    }

    @Override
    public boolean isDirectory() {
        return false;
    }

    @Override
    public boolean isRegularFile() {
        return exists();
    }

    @Override
    public long lastModified() {
        return 0;
    }

    @Override
    public FilePath toRealPath() {
        return this;
    }

    @Override
    public void moveTo(FilePath target, boolean atomic) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean createFile() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void delete() {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<FilePath> newDirectoryStream() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void createDirectory() {
        throw new UnsupportedOperationException();
    }

    @Override
    public OutputStream newOutputStream(boolean append) {
        throw new UnsupportedOperationException();
    }

    @Override
    public InputStream newInputStream() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean setReadOnly() {
        throw new UnsupportedOperationException();
    }

    /** One open file. */
    @SuppressWarnings("UnsynchronizedOverridesSynchronized") // the disk is synchronized
    private final class OpenFile extends FileBase {
        @Override
        public int read(ByteBuffer target, long at) {
            return disk.read(name, target, at);
        }

        @Override
        public int write(ByteBuffer source, long at) throws IOException {
            return disk.write(name, source, at);
        }

        @Override
        public void force(boolean metadata) throws IOException {
            disk.sync(name);
        }

        @Override
        public FileChannel truncate(long size) throws IOException {
            disk.truncate(name, size);
            return this;
        }

        @Override
        public long size() {
            return disk.size(name);
        }

        @Override
        public FileLock tryLock(long from, long length, boolean shared) {
            FileChannel channel = this;
            return new FileLock(channel, from, length, shared) {
                @Override
                public boolean isValid() {
                    return channel.isOpen();
                }

                @Override
                public void release() {}
            };
        }

        @Override
        public int read(ByteBuffer target) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int write(ByteBuffer source) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long position() {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileChannel position(long position) {
            throw new UnsupportedOperationException();
        }
    }
}
