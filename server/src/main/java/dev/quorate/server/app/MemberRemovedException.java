/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import java.io.Serial;
import org.apiguardian.api.API;

/**
 * This member was removed from its cluster: it ends, and its data dir is of no use any more. It is no failure, so the
 * process ends as if it had been asked to.
 *
 * <p>Source: etcd v3.7.1, {@code server/etcdserver/server.go}, {@code stopWithDelay}.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class MemberRemovedException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    /** Makes one with etcd's text. */
    public MemberRemovedException() {
        super("the member has been permanently removed from the cluster");
    }
}
