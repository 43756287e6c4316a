/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.simulation;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.PutRequest;
import dev.quorate.api.model.RequestOp;
import dev.quorate.raft.simulation.Rules;
import dev.quorate.raft.simulation.Violation;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.EntryType;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.MessageType;
import dev.quorate.schema.Command;
import dev.quorate.schema.Commands;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keeps the first violation: members catch what is thrown inside of them. Knows which writes were sent twice. */
final class ServerRules implements Rules {
    private final Set<Bytes> repeated = new HashSet<>(); // values; asked for membership only
    private @Nullable Violation first;

    @Override
    public Violation violated(String rule, Object... values) {
        Violation violation = new Violation(rule, values);
        if (first == null) {
            first = violation;
        }
        return violation;
    }

    /** Throws the first violation, if there is one. */
    void check() {
        if (first != null) {
            throw first;
        }
    }

    boolean isRepeated(Bytes value) {
        return repeated.contains(value);
    }

    @Override
    public void repeats(Message message) {
        if (message.type() != MessageType.PROPOSE) {
            return;
        }
        for (Entry entry : message.entries()) {
            if (entry.type() == EntryType.NORMAL && !entry.data().isEmpty()) {
                Command command = Commands.decode(entry.data()).command();
                if (command instanceof Command.Put put) {
                    repeated.add(put.request().value());
                } else if (command instanceof Command.Txn txn) {
                    repeats(txn.request().success());
                    repeats(txn.request().failure());
                }
            }
        }
    }

    private void repeats(List<RequestOp> operations) {
        for (RequestOp operation : operations) {
            if (operation instanceof PutRequest put) {
                repeated.add(put.value());
            }
        }
    }
}
