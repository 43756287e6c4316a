/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc;

import org.apiguardian.api.API;

/**
 * Says that a read cannot be answered now because another state is being put in place of the one that it reads. Nothing
 * was read; the same read may be tried again after {@link MvccStore#whenReadable}.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class ReplacedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ReplacedException() {
        super("the state that is read is being replaced", null, false, false);
    }
}
