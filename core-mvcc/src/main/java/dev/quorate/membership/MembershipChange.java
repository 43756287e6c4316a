/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.membership;

import dev.quorate.api.model.Member;
import java.util.List;
import org.apiguardian.api.API;

/** A change of who is in the cluster, as the log carries it. Immutable. */
@API(status = API.Status.EXPERIMENTAL)
public sealed interface MembershipChange {
    /**
     * Returns whom it is about.
     *
     * @return the member, unsigned
     */
    long id();

    /**
     * A member comes.
     *
     * @param member who; whether it learns is in it
     */
    record Add(Member member) implements MembershipChange {
        @Override
        public long id() {
            return member.id();
        }
    }

    /**
     * A learner becomes a voter.
     *
     * @param id the learner
     */
    record Promote(long id) implements MembershipChange {}

    /**
     * A member is reached elsewhere.
     *
     * @param id the member
     * @param peerUrls where its peers reach it from now on
     */
    record Update(long id, List<String> peerUrls) implements MembershipChange {
        /** Takes a copy of the list. */
        public Update {
            peerUrls = List.copyOf(peerUrls);
        }
    }

    /**
     * A member goes, for good.
     *
     * @param id the member
     */
    record Remove(long id) implements MembershipChange {}
}
