/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.error.EtcdError;
import dev.quorate.api.model.AlarmType;
import dev.quorate.api.storage.WriteBatch;
import dev.quorate.schema.Command;
import dev.quorate.server.app.Applier.CommandApplier;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Alarms and quota in front of the state: what may not be done any more is refused, and what no longer fits is done but
 * answered as refused, so that all members keep the same state whatever room each of them has.
 *
 * <p>Source: etcd v3.7.1, {@code server/etcdserver/apply/corrupt.go}, {@code capped.go}, {@code quota.go}.
 */
final class PolicyApplier implements CommandApplier {
    private final CommandApplier state;
    private final AlarmBook alarms;
    private final Quota quota;
    private final Supplier<CompletableFuture<?>> raiseNoSpace;

    PolicyApplier(CommandApplier state, AlarmBook alarms, Quota quota, Supplier<CompletableFuture<?>> raiseNoSpace) {
        this.state = state;
        this.alarms = alarms;
        this.quota = quota;
        this.raiseNoSpace = raiseNoSpace;
    }

    @Override
    public Object apply(Command command, WriteBatch batch) {
        long cost = costOf(command);
        if (alarms.isUp(AlarmType.CORRUPT) && changesKeysOrLeases(command)) {
            throw EtcdError.CORRUPT.exception();
        }
        if (cost > 0 && alarms.isUp(AlarmType.NOSPACE)) {
            throw EtcdError.NO_SPACE.exception();
        }
        boolean fits = quota.fits(cost);
        Object answer = state.apply(command, batch);
        if (!fits) {
            return new Proposal.Delayed(raiseNoSpace.get(), EtcdError.NO_SPACE.exception());
        }
        return answer;
    }

    private static long costOf(Command command) {
        if (command instanceof Command.Put put) {
            return Quota.costOf(put.request());
        } else if (command instanceof Command.Txn txn) {
            return Quota.costOf(txn.request());
        }
        return command instanceof Command.LeaseGrant ? Quota.costOfLease() : 0;
    }

    private static boolean changesKeysOrLeases(Command command) {
        return command instanceof Command.Put
                || command instanceof Command.Range
                || command instanceof Command.DeleteRange
                || command instanceof Command.Txn
                || command instanceof Command.Compaction
                || command instanceof Command.LeaseGrant
                || command instanceof Command.LeaseRevoke;
    }
}
