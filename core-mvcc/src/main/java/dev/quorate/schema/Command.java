/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.schema;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.AlarmRequest;
import dev.quorate.api.model.CompactionRequest;
import dev.quorate.api.model.DeleteRangeRequest;
import dev.quorate.api.model.LeaseGrantRequest;
import dev.quorate.api.model.PutRequest;
import dev.quorate.api.model.RangeRequest;
import dev.quorate.api.model.TxnRequest;
import java.util.List;
import org.apiguardian.api.API;

/** What an entry of the log asks the store to do: one variant per field of {@code etcdserverpb.InternalRaftRequest}. */
@API(status = API.Status.EXPERIMENTAL)
public sealed interface Command {
    /**
     * Reads a range at the place of the entry. Old members wrote it.
     *
     * @param request what to read
     */
    record Range(RangeRequest request) implements Command {}

    /**
     * Stores a value.
     *
     * @param request what to store
     */
    record Put(PutRequest request) implements Command {}

    /**
     * Deletes a range.
     *
     * @param request what to delete
     */
    record DeleteRange(DeleteRangeRequest request) implements Command {}

    /**
     * Does a transaction.
     *
     * @param request what to do
     */
    record Txn(TxnRequest request) implements Command {}

    /**
     * Forgets history.
     *
     * @param request up to where
     */
    record Compaction(CompactionRequest request) implements Command {}

    /**
     * Grants a lease.
     *
     * @param request the lease; its id is chosen already
     */
    record LeaseGrant(LeaseGrantRequest request) implements Command {}

    /**
     * Ends a lease.
     *
     * @param id the lease
     */
    record LeaseRevoke(long id) implements Command {}

    /**
     * Writes down how long leases have to live.
     *
     * @param checkpoints the leases
     */
    record LeaseCheckpoint(List<Checkpoint> checkpoints) implements Command {
        /** Takes a copy of the list. */
        public LeaseCheckpoint {
            checkpoints = List.copyOf(checkpoints);
        }
    }

    /**
     * How long a lease has to live.
     *
     * @param leaseId the lease
     * @param remainingTtlSeconds what is left
     */
    record Checkpoint(long leaseId, long remainingTtlSeconds) {}

    /**
     * Raises or lifts an alarm, or lists some.
     *
     * @param request what to do
     */
    record Alarm(AlarmRequest request) implements Command {}

    /**
     * Sets the version of the cluster.
     *
     * @param version the version, such as {@code 3.7.0}
     */
    record ClusterVersionSet(String version) implements Command {}

    /**
     * Says under which name and where a member serves clients.
     *
     * @param memberId the member, unsigned
     * @param name its name
     * @param clientUrls where clients reach it
     */
    record ClusterMemberAttrSet(long memberId, String name, List<String> clientUrls) implements Command {
        /** Takes a copy of the list. */
        public ClusterMemberAttrSet {
            clientUrls = List.copyOf(clientUrls);
        }
    }

    /**
     * Begins or ends a downgrade.
     *
     * @param enabled whether it is under way
     * @param version to which version
     */
    record DowngradeInfoSet(boolean enabled, String version) implements Command {}

    /**
     * A command that is carried as it is: one of auth, or one from a later version.
     *
     * @param field number of its field in {@code InternalRaftRequest}; 0 if the entry holds no command at all
     * @param message the message in that field
     */
    record Unknown(int field, Bytes message) implements Command {}
}
