/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import org.apiguardian.api.API;

/** The version of etcd's contract that is served. */
@API(status = API.Status.EXPERIMENTAL)
public final class EtcdVersion {
    /** What clients are told. */
    public static final String SERVER = "3.7.1";

    /** What a cluster of such members agrees on, and the version of the stored schema. */
    public static final String CLUSTER = "3.7.0";

    private EtcdVersion() {}
}
