/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.membership;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Derives the ids of members and clusters as etcd does, so that data dirs and peers of both agree.
 *
 * <p>A member's id is the beginning of the SHA-1 of its sorted peer URLs and the cluster token; a cluster's that of its
 * members' ids. Source: etcd v3.7.1, {@code server/etcdserver/api/membership/member.go}, {@code cluster.go}.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class MemberIds {
    private MemberIds() {}

    /**
     * Derives the id of a member that is there from the beginning.
     *
     * @param peerUrls where its peers reach it, in any order
     * @param token token of the cluster
     * @return the id, unsigned
     */
    public static long ofMember(List<String> peerUrls, String token) {
        StringBuilder text = new StringBuilder();
        peerUrls.stream().sorted().forEach(text::append);
        return beginning(text.append(token).toString().getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Derives the id of a member that is added later: the time tells it from one that was reached there before.
     *
     * @param peerUrls where its peers reach it, in any order
     * @param wallSeconds now, seconds since 1970 UTC
     * @return the id, unsigned
     */
    public static long ofAdded(List<String> peerUrls, long wallSeconds) {
        return ofMember(peerUrls, Long.toString(wallSeconds));
    }

    /**
     * Derives the id of a cluster.
     *
     * @param memberIds ids of its first members, in any order
     * @return the id, unsigned
     */
    public static long ofCluster(Collection<Long> memberIds) {
        ByteBuffer bytes = ByteBuffer.allocate(memberIds.size() * Long.BYTES);
        memberIds.stream().sorted(Long::compareUnsigned).forEach(bytes::putLong);
        return beginning(bytes.array());
    }

    private static long beginning(byte[] text) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-1").digest(text))
                    .getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
