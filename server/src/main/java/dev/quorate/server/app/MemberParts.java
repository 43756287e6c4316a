/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.storage.StorageEngine;
import dev.quorate.lease.Lessor;
import dev.quorate.membership.Membership;
import dev.quorate.mvcc.MvccStore;
import dev.quorate.raft.spi.Consensus;
import dev.quorate.txn.TxnChecks;

/** What the services of one member share. */
record MemberParts(
        StorageEngine engine,
        MvccStore store,
        Lessor lessor,
        Membership membership,
        AlarmBook alarms,
        Consensus consensus,
        Proposals proposals,
        ReadGate gate,
        Headers headers,
        TxnChecks checks,
        Compactor compactor) {}
