/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The built distribution as its users meet it: etcdctl, jetcd, supervisors, scrapers, and the files it leaves.
 *
 * <p>Starting points: {@link dev.quorate.dist.blackbox.EtcdctlIT}, {@link dev.quorate.dist.blackbox.ProcessContractIT}.
 *
 * <p>Nothing here looks inside the server. Where real etcd can tell what is right, it is asked, and what it answers is
 * compared.
 */
@NullMarked
package dev.quorate.dist.blackbox;

import org.jspecify.annotations.NullMarked;
