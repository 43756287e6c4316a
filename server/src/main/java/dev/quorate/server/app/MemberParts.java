/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.storage.StorageEngine;
import dev.quorate.lease.Lessor;
import dev.quorate.membership.Membership;
import dev.quorate.mvcc.MvccStore;
import dev.quorate.raft.spi.Consensus;
import dev.quorate.raft.spi.PeerCalls;
import dev.quorate.txn.TxnChecks;

/** What the services of one member share. */
record MemberParts(
        MemberSettings settings,
        StorageEngine engine,
        MvccStore store,
        Lessor lessor,
        Membership membership,
        AlarmBook alarms,
        Consensus consensus,
        PeerCalls calls,
        Connections connections,
        LeaderWatch leaders,
        Proposals proposals,
        ReadGate gate,
        AppliedLimit applied,
        Pauses pauses,
        Headers headers,
        TxnChecks checks,
        Compactor compactor) {}
