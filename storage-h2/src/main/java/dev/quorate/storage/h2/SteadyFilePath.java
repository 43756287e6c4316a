/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.storage.h2;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apiguardian.api.API;
import org.h2.store.fs.FileBase;
import org.h2.store.fs.FilePathWrapper;
import org.jspecify.annotations.Nullable;

/**
 * Files that an interrupt does not close.
 *
 * <p>A thread that is interrupted while it uses a {@link FileChannel} closes it for everyone, and programs that embed
 * us interrupt threads. {@link RandomAccessFile} does not do that. Reads and writes of one file come one after the
 * other.
 */
@API(status = API.Status.INTERNAL)
public final class SteadyFilePath extends FilePathWrapper {
    static final String SCHEME = "quorate-steady";

    /** Creates a path; called by H2, which makes one of its own for each file. */
    public SteadyFilePath() {}

    @Override
    public String getScheme() {
        return SCHEME;
    }

    @Override
    public FileChannel open(String mode) throws IOException {
        Path path = Path.of(unwrap().toString());
        boolean write = !"r".equals(mode);
        if (write && path.getParent() != null) {
            Files.createDirectories(path.getParent());
        }
        return new SteadyFile(new RandomAccessFile(path.toFile(), write ? "rw" : "r"));
    }

    /** One open file. */
    private static final class SteadyFile extends FileBase {
        private final RandomAccessFile file;

        SteadyFile(RandomAccessFile file) {
            this.file = file;
        }

        @Override
        public synchronized int read(ByteBuffer target) throws IOException {
            byte[] data = new byte[target.remaining()];
            int count = file.read(data);
            if (count > 0) {
                target.put(data, 0, count);
            }
            return count;
        }

        @Override
        public synchronized int read(ByteBuffer target, long position) throws IOException {
            file.seek(position);
            return read(target);
        }

        @Override
        public synchronized int write(ByteBuffer source) throws IOException {
            int count = source.remaining();
            if (source.hasArray()) {
                file.write(source.array(), source.arrayOffset() + source.position(), count);
                source.position(source.limit());
            } else {
                byte[] data = new byte[count];
                source.get(data);
                file.write(data);
            }
            return count;
        }

        @Override
        public synchronized int write(ByteBuffer source, long position) throws IOException {
            file.seek(position);
            return write(source);
        }

        @Override
        public synchronized long position() throws IOException {
            return file.getFilePointer();
        }

        @Override
        public synchronized FileChannel position(long position) throws IOException {
            file.seek(position);
            return this;
        }

        @Override
        public long size() throws IOException {
            return file.length();
        }

        @Override
        public synchronized FileChannel truncate(long size) throws IOException {
            if (size < file.length()) {
                file.setLength(size);
            }
            return this;
        }

        @Override
        public void force(boolean metadata) throws IOException {
            file.getFD().sync();
        }

        @Override
        public @Nullable FileLock tryLock(long position, long size, boolean shared) throws IOException {
            return file.getChannel().tryLock(position, size, shared);
        }

        @Override
        protected void implCloseChannel() throws IOException {
            file.close();
        }
    }
}
