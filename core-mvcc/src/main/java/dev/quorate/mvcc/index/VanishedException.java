/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc.index;

import org.apiguardian.api.API;

/** Says that a part of the state that is read is no longer there: compaction has overtaken the reader. */
@API(status = API.Status.INTERNAL)
public final class VanishedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception, without a trace: it is caught close by.
     *
     * @param main the revision that was looked for
     * @param sub its place within that revision
     */
    public VanishedException(long main, long sub) {
        super("record of revision " + main + "_" + sub + " is no longer there", null, false, false);
    }
}
