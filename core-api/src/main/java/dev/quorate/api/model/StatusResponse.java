/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import java.util.List;
import org.apiguardian.api.API;

/**
 * Tells how a member is.
 *
 * @param header who answered, and at which revision
 * @param version etcd version that it serves
 * @param dbSizeBytes bytes that storage takes
 * @param dbSizeInUseBytes bytes of those that hold data
 * @param dbSizeQuotaBytes quota in force
 * @param leader id of the leader, 0 for none
 * @param raftIndex committed index
 * @param raftTerm term
 * @param raftAppliedIndex applied index
 * @param errors what is wrong, in words
 * @param learner whether the member only learns
 * @param storageVersion version of the stored schema; may be empty
 * @param downgrade whether a downgrade is under way
 */
@API(status = API.Status.EXPERIMENTAL)
public record StatusResponse(
        ResponseHeader header,
        String version,
        long dbSizeBytes,
        long dbSizeInUseBytes,
        long dbSizeQuotaBytes,
        long leader,
        long raftIndex,
        long raftTerm,
        long raftAppliedIndex,
        List<String> errors,
        boolean learner,
        String storageVersion,
        DowngradeInfo downgrade) {
    /** Takes copies of lists. */
    public StatusResponse {
        errors = List.copyOf(errors);
    }
}
