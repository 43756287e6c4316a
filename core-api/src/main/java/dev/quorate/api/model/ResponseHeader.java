/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import org.apiguardian.api.API;

/**
 * What every answer says first.
 *
 * @param clusterId id of the cluster, unsigned
 * @param memberId id of the member that answered, unsigned
 * @param revision revision of the store when the answer was made; 0 where the service has none
 * @param raftTerm term of the member, unsigned
 */
@API(status = API.Status.EXPERIMENTAL)
public record ResponseHeader(long clusterId, long memberId, long revision, long raftTerm) {

    /**
     * A header that only tells a revision, as in the answers nested in a transaction.
     *
     * @param revision the revision
     * @return the header
     */
    public static ResponseHeader ofRevision(long revision) {
        return new ResponseHeader(0, 0, revision, 0);
    }
}
