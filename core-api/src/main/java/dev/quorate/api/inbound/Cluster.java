/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.inbound;

import dev.quorate.api.model.MemberListResponse;
import java.util.concurrent.CompletableFuture;
import org.apiguardian.api.API;

/**
 * Tells who the members are.
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
}
