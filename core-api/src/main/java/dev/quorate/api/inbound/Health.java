/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.inbound;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apiguardian.api.API;

/** Tells whether a member is well, for supervisors and dashboards. Thread-safe. */
@API(status = API.Status.EXPERIMENTAL)
public interface Health {
    /**
     * The outcome of a check.
     *
     * @param name name of the check, as etcd has it: {@code serializable_read}, {@code linearizable_read},
     *     {@code data_corruption}, {@code non_learner}
     * @param failure why it failed; empty if it did not
     */
    record Check(String name, String failure) {}

    /** The checks that tell whether the process is alive. */
    List<String> LIVE = List.of("serializable_read");

    /** The checks that tell whether the member can serve. */
    List<String> READY = List.of("data_corruption", "serializable_read", "linearizable_read", "non_learner");

    /**
     * Makes one check.
     *
     * @param name one of {@link #LIVE} or {@link #READY}
     * @return the outcome
     * @throws IllegalArgumentException if no check has that name
     */
    CompletableFuture<Check> check(String name);

    /**
     * The check of {@code /health}: alarms, leader and a read.
     *
     * @param serializable whether this member's own state will do
     * @param excludedAlarms names of the alarms that do not count, such as {@code NOSPACE}
     * @return empty if all is well, else the reason in etcd's words
     */
    CompletableFuture<String> health(boolean serializable, Set<String> excludedAlarms);

    /**
     * Tells whether this member knows a leader. Cheap.
     *
     * @return true if it does
     */
    boolean hasLeader();

    /**
     * Tells whether this member only learns: it then serves little. Cheap.
     *
     * @return true if it does
     */
    boolean isLearner();

    /**
     * Calls back when this member has known no leader for three election timeouts, again after each such time.
     *
     * @param then called on a thread of the member; must return at once
     * @return ends it
     */
    Runnable whenLeaderLost(Runnable then);

    /**
     * Returns the version of the cluster.
     *
     * @return such as {@code 3.7.0}; {@code not_decided} as long as it is not
     */
    String clusterVersion();

    /**
     * Returns the version of the stored schema.
     *
     * @return such as {@code 3.7.0}; may be empty
     */
    String storageVersion();
}
