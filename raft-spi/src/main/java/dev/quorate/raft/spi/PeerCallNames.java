/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.spi;

import org.apiguardian.api.API;

/**
 * Names of the calls that members of etcd understand, with the bytes that go each way. A transport with the form of
 * etcd's paths maps them to those.
 *
 * <p>Source: etcd v3.7.1, {@code server/etcdserver/api/etcdhttp/peer.go}, {@code server/lease/leasehttp/http.go}.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class PeerCallNames {
    /** Nothing is asked; the answer is JSON: the members as the server knows them. */
    public static final String MEMBERS = "members";

    /** Nothing is asked; the answer is JSON: versions of server and cluster. */
    public static final String VERSION = "version";

    /** Asked: the id of a learner, decimal; the answer is JSON: the members after its promotion. */
    public static final String PROMOTE = "promote";

    /** Asked: {@code etcdserverpb.LeaseKeepAliveRequest}; the answer is a {@code LeaseKeepAliveResponse}. */
    public static final String KEEP_ALIVE = "keep-alive";

    /** Asked: {@code leasepb.LeaseInternalRequest}; the answer is a {@code LeaseInternalResponse}. */
    public static final String TIME_TO_LIVE = "time-to-live";

    /** Asked: JSON with a revision; the answer is JSON: hash, compacted revision and revision. */
    public static final String HASH_KV = "hash-kv";

    /** Nothing is asked; the answer is {@code true} or {@code false}. */
    public static final String DOWNGRADE_ENABLED = "downgrade-enabled";

    private PeerCallNames() {}
}
