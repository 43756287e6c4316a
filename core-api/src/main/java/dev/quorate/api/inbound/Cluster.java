/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.inbound;

import dev.quorate.api.model.MemberAddResponse;
import dev.quorate.api.model.MemberListResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apiguardian.api.API;

/**
 * Tells who the members are, and changes it.
 *
 * <p>Answers come as futures that fail with {@link dev.quorate.api.error.EtcdException} for expected outcomes. No
 * method blocks or throws; futures are completed on a thread of the member, which must not be held up: go on with an
 * executor of your own for anything long. Thread-safe.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface Cluster {
    /**
     * Lists the members.
     *
     * @param linearizable false if what this member knows will do
     * @return the answer
     */
    CompletableFuture<MemberListResponse> memberList(boolean linearizable);

    /**
     * Adds a member, which may be started when this is answered.
     *
     * @param peerUrls where its peers will reach it
     * @param learner whether it gets the log but does not vote
     * @return the answer. Fails with {@code MEMBER_BAD_URLS}, {@code PEER_URL_EXIST}, {@code TOO_MANY_LEARNERS}, and
     *     with {@code MEMBER_NOT_ENOUGH_STARTED} or {@code UNHEALTHY} if the cluster could lose its quorum by it
     */
    CompletableFuture<MemberAddResponse> memberAdd(List<String> peerUrls, boolean learner);

    /**
     * Removes a member for good. It ends by itself.
     *
     * @param id the member
     * @return the members that are left. Fails with {@code MEMBER_NOT_FOUND}, and with
     *     {@code MEMBER_NOT_ENOUGH_STARTED} or {@code UNHEALTHY} if the cluster could lose its quorum by it
     */
    CompletableFuture<MemberListResponse> memberRemove(long id);

    /**
     * Changes where a member is reached by its peers. The URLs are not checked, as in etcd.
     *
     * @param id the member
     * @param peerUrls where they reach it
     * @return the members. Fails with {@code MEMBER_NOT_FOUND}, {@code PEER_URL_EXIST}
     */
    CompletableFuture<MemberListResponse> memberUpdate(long id, List<String> peerUrls);

    /**
     * Makes a learner a voter. Members that do not lead ask the leader.
     *
     * @param id the learner
     * @return the members. Fails with {@code MEMBER_NOT_FOUND}, {@code MEMBER_NOT_LEARNER}, {@code LEARNER_NOT_READY}
     *     if it is too far behind the leader, {@code MEMBER_NOT_ENOUGH_STARTED}
     */
    CompletableFuture<MemberListResponse> memberPromote(long id);
}
