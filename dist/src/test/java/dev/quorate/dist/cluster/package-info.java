/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Clusters of processes, members of ours and of real etcd, as their operators meet them.
 *
 * <p>Starting points: {@link dev.quorate.dist.cluster.ClusterProcess}, then any of the tests.
 *
 * <p>Nothing here looks inside a server. Where real etcd can tell what is right, it does the same, and is compared.
 */
@NullMarked
package dev.quorate.dist.cluster;

import org.jspecify.annotations.NullMarked;
