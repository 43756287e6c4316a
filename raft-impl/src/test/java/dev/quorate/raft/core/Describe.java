/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.spi.ConfChange;
import dev.quorate.raft.spi.ConfChangeSingle;
import dev.quorate.raft.spi.ConfChangeV2;
import dev.quorate.raft.spi.ConfState;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.EntryType;
import dev.quorate.raft.spi.HardState;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.Snapshot;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Prints what goes through the core as etcd's Raft prints it.
 *
 * <p>Source: etcd-io/raft v3.7.0, {@code util.go}.
 */
final class Describe {
    private Describe() {}

    static String ready(Ready ready) {
        StringBuilder text = new StringBuilder();
        Ready.SoftState soft = ready.softState();
        if (soft != null) {
            text.append("Lead:" + unsigned(soft.leader()) + " State:" + soft.role() + "\n");
        }
        HardState hard = ready.hardState();
        if (hard != null && !hard.equals(HardState.EMPTY)) {
            text.append("HardState " + hardState(hard) + "\n");
        }
        if (!ready.readStates().isEmpty()) {
            text.append("ReadStates "
                    + ready.readStates().stream()
                            .map(Describe::readState)
                            .collect(Collectors.joining(" ", "[", "]\n")));
        }
        if (!ready.entries().isEmpty()) {
            text.append("Entries:\n" + entries(ready.entries()));
        }
        Snapshot snapshot = ready.snapshot();
        if (snapshot != null && !snapshot.isEmpty()) {
            text.append("Snapshot " + snapshot(snapshot) + "\n");
        }
        if (!ready.committedEntries().isEmpty()) {
            text.append("CommittedEntries:\n" + entries(ready.committedEntries()));
        }
        if (!ready.messages().isEmpty()) {
            text.append("Messages:\n");
            ready.messages().forEach(message -> text.append(message(message)).append('\n'));
        }
        return text.isEmpty() ? "<empty Ready>" : "Ready MustSync=" + ready.mustSync() + ":\n" + text;
    }

    private static String readState(Ready.ReadState read) {
        StringBuilder bytes = new StringBuilder();
        for (byte b : read.context().toArray()) {
            bytes.append(bytes.isEmpty() ? "" : " ").append(b & 0xFF);
        }
        return "{" + read.index() + " [" + bytes + "]}";
    }

    private static String hardState(HardState state) {
        return "Term:" + state.term()
                + (state.vote() == 0 ? "" : " Vote:" + unsigned(state.vote()))
                + " Commit:" + state.commit();
    }

    static String message(Message message) {
        return message("", message);
    }

    private static String message(String indent, Message message) {
        StringBuilder text = new StringBuilder(indent)
                .append(target(message.from()) + "->" + target(message.to()))
                .append(" " + message.type().wireName())
                .append(" Term:" + message.term() + " Log:" + message.logTerm() + "/" + message.index());
        if (message.reject()) {
            text.append(" Rejected (Hint: " + message.rejectHint() + ")");
        }
        if (message.commit() != 0) {
            text.append(" Commit:" + message.commit());
        }
        if (message.vote() != 0) {
            text.append(" Vote:" + unsigned(message.vote()));
        }
        List<Entry> entries = message.entries();
        if (entries.size() == 1) {
            text.append(" Entries:[" + entry(entries.get(0)) + "]");
        } else if (entries.size() > 1) {
            text.append(" Entries:[");
            entries.forEach(entry -> text.append("\n" + indent + "  " + entry(entry)));
            text.append("\n" + indent + "]");
        }
        Snapshot snapshot = message.snapshot();
        if (snapshot != null && !snapshot.isEmpty()) {
            text.append("\n" + indent + "  Snapshot: " + snapshot(snapshot));
        }
        if (!message.responses().isEmpty()) {
            text.append(" Responses:[");
            message.responses().forEach(response -> text.append("\n").append(message(indent + "  ", response)));
            text.append("\n" + indent + "]");
        }
        return text.toString();
    }

    private static String target(long id) {
        if (id == Message.NOBODY) {
            return "None";
        }
        if (id == Message.LOG_STORAGE) {
            return "AppendThread";
        }
        return id == Message.STATE_MACHINE ? "ApplyThread" : Long.toHexString(id);
    }

    static String entries(List<Entry> entries) {
        return entries.stream().map(entry -> entry(entry) + "\n").collect(Collectors.joining());
    }

    private static String entry(Entry entry) {
        String name = "EntryNormal";
        String data = "";
        switch (entry.type()) {
            case NORMAL -> data = quote(entry.data());
            case CONF_CHANGE -> name = "EntryConfChange";
            case CONF_CHANGE_V2 -> name = "EntryConfChangeV2";
        }
        if (entry.type() != EntryType.NORMAL) {
            data = changes(change(entry).changes());
        }
        return entry.term() + "/" + entry.index() + " " + name + (data.isEmpty() ? "" : " " + data);
    }

    static ConfChangeV2 change(Entry entry) {
        return entry.type() == EntryType.CONF_CHANGE
                ? ConfChange.decode(entry.data()).toV2()
                : ConfChangeV2.decode(entry.data());
    }

    private static String changes(List<ConfChangeSingle> changes) {
        return changes.stream()
                .map(change -> (switch (change.type()) {
                            case ADD_NODE -> "v";
                            case ADD_LEARNER_NODE -> "l";
                            case REMOVE_NODE -> "r";
                            case UPDATE_NODE -> "u";
                        })
                        + unsigned(change.nodeId()))
                .collect(Collectors.joining(" "));
    }

    private static String snapshot(Snapshot snapshot) {
        ConfState conf = snapshot.mark().confState();
        return "Index:" + snapshot.index() + " Term:" + snapshot.term() + " ConfState:Voters:" + ids(conf.voters())
                + " VotersOutgoing:" + ids(conf.votersOutgoing()) + " Learners:" + ids(conf.learners())
                + " LearnersNext:" + ids(conf.learnersNext()) + " AutoLeave:" + conf.autoLeave();
    }

    private static String ids(List<Long> ids) {
        return ids.stream().map(Describe::unsigned).collect(Collectors.joining(" ", "[", "]"));
    }

    private static String unsigned(long id) {
        return Long.toUnsignedString(id);
    }

    /** Quotes text as Go does. */
    private static String quote(Bytes data) {
        StringBuilder text = new StringBuilder("\"");
        data.toUtf8().codePoints().forEach(c -> {
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\t' -> text.append("\\t");
                case '\r' -> text.append("\\r");
                default -> {
                    if (c < ' ' || c == 127) {
                        text.append(String.format(Locale.ROOT, "\\x%02x", c));
                    } else {
                        text.appendCodePoint(c);
                    }
                }
            }
        });
        return text.append('"').toString();
    }
}
