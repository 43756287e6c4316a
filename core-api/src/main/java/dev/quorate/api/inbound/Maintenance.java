/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.inbound;

import dev.quorate.api.model.AlarmRequest;
import dev.quorate.api.model.AlarmResponse;
import dev.quorate.api.model.DowngradeAction;
import dev.quorate.api.model.DowngradeResponse;
import dev.quorate.api.model.HashKvResponse;
import dev.quorate.api.model.HashResponse;
import dev.quorate.api.model.StatusResponse;
import java.util.concurrent.CompletableFuture;
import org.apiguardian.api.API;

/**
 * Looks after a member.
 *
 * <p>Answers come as futures that fail with {@link dev.quorate.api.error.EtcdException} for expected outcomes. No
 * method blocks or throws; futures are completed on a thread of the member, which must not be held up: go on with an
 * executor of your own for anything long. Thread-safe.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface Maintenance {
    /**
     * Lists, raises or lifts alarms.
     *
     * @param request what to do
     * @return the answer
     */
    CompletableFuture<AlarmResponse> alarm(AlarmRequest request);

    /**
     * Tells how this member is.
     *
     * @return the answer
     */
    CompletableFuture<StatusResponse> status();

    /**
     * Hashes the whole storage of this member.
     *
     * @return the answer
     */
    CompletableFuture<HashResponse> hash();

    /**
     * Hashes the key records of this member.
     *
     * @param revision up to which revision, 0 for now
     * @return the answer
     */
    CompletableFuture<HashKvResponse> hashKv(long revision);

    /**
     * Gives room of deleted rows back on this member.
     *
     * @return done when it is done
     */
    CompletableFuture<Void> defragment();

    /**
     * Begins a snapshot of the whole store of this member, as it is now. Writes go on meanwhile.
     *
     * @return its pieces, once the first can be made; close them. Fails with {@link UnsupportedOperationException} if
     *     no {@link dev.quorate.api.snapshot.SnapshotFormat} is on the class path
     */
    CompletableFuture<SnapshotStream> snapshot();

    /**
     * Hands leadership over, and waits until the other member leads.
     *
     * @param targetId who shall lead
     * @return done when it leads. Fails with {@code NOT_LEADER} if this member does not lead,
     *     {@code BAD_LEADER_TRANSFEREE} if the target does not vote, {@code TIMEOUT_LEADER_TRANSFER}
     */
    CompletableFuture<Void> moveLeader(long targetId);

    /**
     * Asks for, begins or ends a downgrade of the cluster.
     *
     * @param action what to do
     * @param version the version to reach, such as {@code 3.6}; not looked at when it ends
     * @return the answer. Fails with {@code WRONG_DOWNGRADE_VERSION_FORMAT}, {@code INVALID_DOWNGRADE_TARGET_VERSION},
     *     {@code DOWNGRADE_IN_PROCESS}, {@code CLUSTER_VERSION_UNAVAILABLE}, {@code UNKNOWN_METHOD}
     */
    CompletableFuture<DowngradeResponse> downgrade(DowngradeAction action, String version);
}
