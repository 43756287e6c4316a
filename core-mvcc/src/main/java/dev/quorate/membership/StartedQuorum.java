/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.membership;

import dev.quorate.api.model.Member;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Whether a change would leave enough voters that have ever started: a member is started once its name is known.
 *
 * <p>Source: etcd v3.7.1, {@code server/etcdserver/api/membership/cluster.go}, {@code IsReadyToAddVotingMember} and its
 * two siblings.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class StartedQuorum {
    private StartedQuorum() {}

    /**
     * Tells whether a voter may come. It counts as not started.
     *
     * @param voters those of now
     * @return true if it may; always for the second one, by which a lone member is made safe
     */
    public static boolean mayAdd(List<Member> voters) {
        int started = started(voters);
        return (started == 1 && voters.size() == 1) || isQuorum(started, voters.size() + 1);
    }

    /**
     * Tells whether a voter may go.
     *
     * @param voters those of now
     * @param id who goes
     * @return true if it may; never for the last one
     */
    public static boolean mayRemove(List<Member> voters, long id) {
        List<Member> rest = voters.stream().filter(voter -> voter.id() != id).toList();
        return isQuorum(started(rest), rest.size());
    }

    /**
     * Tells whether a learner may become a voter. It counts as started.
     *
     * @param voters those of now
     * @return true if it may
     */
    public static boolean mayPromote(List<Member> voters) {
        return isQuorum(started(voters) + 1, voters.size() + 1);
    }

    private static int started(List<Member> voters) {
        return (int) voters.stream().filter(voter -> !voter.name().isEmpty()).count();
    }

    private static boolean isQuorum(int started, int size) {
        return started >= size / 2 + 1;
    }
}
