/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.inbound;

import java.util.List;
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

    /**
     * Checks whether the process is alive.
     *
     * @return the outcomes
     */
    CompletableFuture<List<Check>> live();

    /**
     * Checks whether the member can serve.
     *
     * @return the outcomes
     */
    CompletableFuture<List<Check>> ready();

    /**
     * The check of {@code /health}: leader, alarms and a read.
     *
     * @param serializable whether this member's own state will do
     * @param ignoreNoSpace whether a full store counts as well
     * @return empty if all is well, else the reason in etcd's words
     */
    CompletableFuture<String> health(boolean serializable, boolean ignoreNoSpace);

    /**
     * Tells whether this member knows a leader. Cheap.
     *
     * @return true if it does
     */
    boolean hasLeader();

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
