/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.log;

import org.apiguardian.api.API;

/** Says that a log cannot be trusted. Nothing was changed. */
@API(status = API.Status.EXPERIMENTAL)
public final class WalDamagedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param file the file
     * @param offset where in it
     * @param what what is wrong there
     */
    public WalDamagedException(String file, long offset, String what) {
        super("the log is damaged: file " + file + ", offset " + offset + ": " + what);
    }
}
