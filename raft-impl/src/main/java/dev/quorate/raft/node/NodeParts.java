/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import dev.quorate.raft.core.RaftCore;

/** What a node is made of, beside its ports. */
record NodeParts(
        RaftCore core,
        LogTail tail,
        LogStage logStage,
        ApplyQueue applyQueue,
        SnapshotKeeper snapshots,
        SlowFollowers slowFollowers,
        ProposalQueue proposals,
        PendingReads reads) {}
