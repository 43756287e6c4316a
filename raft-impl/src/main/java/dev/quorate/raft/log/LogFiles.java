/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apiguardian.api.API;

/**
 * The files of a log in one folder: the little of a file system that a log needs, so that tests can crash it.
 *
 * <p>Names are plain file names. One thread writes a file; {@link #create} is called by another one ahead of time.
 */
@API(status = API.Status.INTERNAL)
public interface LogFiles {
    /** Where writes begin and end: at multiples of so many bytes. */
    int ALIGNMENT = 4096;

    /**
     * Lists the files.
     *
     * @return names, sorted; of a folder that is not there, none
     * @throws IOException if the folder cannot be read
     */
    List<String> list() throws IOException;

    /**
     * Reads a whole file.
     *
     * @param name which
     * @return its bytes
     * @throws IOException if it cannot be read
     */
    byte[] read(String name) throws IOException;

    /**
     * Makes a file full of zeroes, durable with its whole length, or makes an old one so.
     *
     * @param name its name
     * @param size its length, a multiple of {@link #ALIGNMENT}
     * @return the file
     * @throws IOException if there is no room
     */
    LogFile create(String name, long size) throws IOException;

    /**
     * Opens a file for writing.
     *
     * @param name which
     * @return the file
     * @throws IOException if it cannot be opened
     */
    LogFile open(String name) throws IOException;

    /**
     * Writes a small file whole and makes it durable under its name, or not at all.
     *
     * @param name its name
     * @param content its bytes
     * @throws IOException if it cannot be written
     */
    void write(String name, byte[] content) throws IOException;

    /**
     * Gives a file another name, and makes that durable.
     *
     * @param from the old name
     * @param to the new name
     * @throws IOException if it cannot be done
     */
    void rename(String from, String to) throws IOException;

    /**
     * Returns the length of a file.
     *
     * @param name which
     * @return bytes
     * @throws IOException if it cannot be found out
     */
    long size(String name) throws IOException;

    /**
     * Cuts a file, and makes that durable.
     *
     * @param name which
     * @param size its length from now on
     * @throws IOException if it cannot be done
     */
    void truncate(String name, long size) throws IOException;

    /**
     * Deletes a file. Not durable by itself: it may come back after a crash.
     *
     * @param name which; nothing happens if it is not there
     * @throws IOException if it cannot be done
     */
    void delete(String name) throws IOException;

    /** A file that is written durably. */
    interface LogFile extends AutoCloseable {
        /**
         * Writes, and returns when the bytes would survive a crash.
         *
         * @param position where, a multiple of {@link #ALIGNMENT}
         * @param data a direct buffer that begins at a multiple of {@link #ALIGNMENT} in memory, with as many bytes
         *     remaining
         * @throws IOException if it fails; what is on disk is then unknown
         */
        void write(long position, ByteBuffer data) throws IOException;

        @Override
        void close() throws IOException;
    }
}
