/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.spi.ConfChange;
import dev.quorate.raft.spi.ConfChangeSingle;
import dev.quorate.raft.spi.ConfChangeV2;
import dev.quorate.raft.spi.ConfState;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.MessageType;
import dev.quorate.raft.spi.Snapshot;
import dev.quorate.raft.spi.SnapshotMark;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The commands of scripts about a whole group. */
final class InteractionCommands implements ScriptRunner {
    private final Interaction group = new Interaction();
    private final ScriptOutput output = group.output();

    @Override
    public String run(Script.Block block) {
        output.take();
        try {
            dispatch(block);
        } catch (ScriptException | MemoryStorage.StorageException e) {
            if (output.isQuiet()) {
                return String.valueOf(e.getMessage());
            }
            output.print(String.valueOf(e.getMessage()));
        }
        String answer = output.take();
        return answer.isEmpty() ? "ok" : answer;
    }

    private void dispatch(Script.Block block) {
        switch (block.command()) {
            case "_breakpoint" -> {}
            case "add-nodes" -> addNodes(block);
            case "campaign" -> core(block).campaign();
            case "compact" -> compact(block);
            case "deliver-msgs" -> deliver(block);
            case "process-ready" -> group.forEach(block.nodes(), " handling Ready", group::processReady);
            case "process-append-thread" ->
                group.forEach(block.nodes(), " processing append thread", group::processAppend);
            case "process-apply-thread" ->
                group.forEach(block.nodes(), " processing apply thread", group::processApply);
            case "log-level" -> output.level(block.args().get(0).key());
            case "raft-log" -> raftLog(block.firstNode());
            case "raft-state" -> group.nodes().forEach(this::raftState);
            case "set-randomized-election-timeout" ->
                core(block).state().timers().randomizedElectionTicks(Integer.parseInt(required(block, "timeout")));
            case "stabilize" -> stabilize(block);
            case "status" -> status(core(block));
            case "tick-election" ->
                tick(block, group.node(block.firstNode()).settings().electionTicks());
            case "tick-heartbeat" ->
                tick(block, group.node(block.firstNode()).settings().heartbeatTicks());
            case "transfer-leadership" ->
                group.node(Integer.parseInt(required(block, "from")))
                        .core()
                        .transferLeader(Long.parseLong(required(block, "to")));
            case "forget-leader" -> core(block).forgetLeader();
            case "send-snapshot" ->
                sendSnapshot(block.nodes().get(0), block.nodes().get(1));
            case "propose" ->
                check(core(block).propose(List.of(Bytes.utf8(block.args().get(1).key()))));
            case "propose-conf-change" -> proposeConfChange(block);
            case "report-unreachable" -> reportUnreachable(block);
            default -> throw new ScriptException("unknown command");
        }
    }

    private RaftCore core(Script.Block block) {
        return group.node(block.firstNode()).core();
    }

    private static String required(Script.Block block, String key) {
        return block.arg(key)
                .orElseThrow(() -> new IllegalArgumentException("missing argument: " + key))
                .value();
    }

    private static void check(StepResult result) {
        if (result != StepResult.OK) {
            throw new ScriptException(Interaction.error(result));
        }
    }

    private void addNodes(Script.Block block) {
        NodeOptions options = new NodeOptions();
        for (Script.Arg arg : block.args().subList(1, block.args().size())) {
            arg.values().forEach(value -> options.set(arg.key(), value));
        }
        Snapshot start = options.start();
        for (int i = 0; i < block.firstNode(); i++) {
            if (!start.equals(Snapshot.NONE) && start.index() <= 1) {
                throw new ScriptException("index must be specified as > 1 due to bootstrap");
            }
            group.nodes().add(new InteractionNode(options.settings(group.nodes().size() + 1), start));
        }
    }

    /** What the command {@code add-nodes} says about its nodes. */
    private static final class NodeOptions {
        private final List<Long> voters = new ArrayList<>();
        private final List<Long> learners = new ArrayList<>();
        private long index;
        private Bytes content = Bytes.EMPTY;
        private int inflight = Integer.MAX_VALUE;
        private boolean async;
        private boolean preVote;
        private boolean checkQuorum;
        private long applyBytesMax;
        private boolean validate = true;
        private boolean leaseReads;
        private boolean stepDown;

        void set(String key, String value) {
            switch (key) {
                case "voters" -> voters.add(Long.parseUnsignedLong(value));
                case "learners" -> learners.add(Long.parseUnsignedLong(value));
                case "inflight" -> inflight = Integer.parseInt(value);
                case "index" -> index = Long.parseUnsignedLong(value);
                case "content" -> content = Bytes.utf8(value);
                case "async-storage-writes" -> async = Script.Arg.truth(value);
                case "prevote" -> preVote = Script.Arg.truth(value);
                case "checkquorum" -> checkQuorum = Script.Arg.truth(value);
                case "max-committed-size-per-ready" -> applyBytesMax = Long.parseUnsignedLong(value);
                case "disable-conf-change-validation" -> validate = !Script.Arg.truth(value);
                case "step-down-on-removal" -> stepDown = Script.Arg.truth(value);
                case "read-only" -> {
                    switch (value) {
                        case "safe" -> leaseReads = false;
                        case "lease-based" -> leaseReads = true;
                        default -> throw new ScriptException("invalid read-only option \"" + value + "\"");
                    }
                }
                default -> {} // the reference takes no notice either
            }
        }

        Snapshot start() {
            boolean empty = voters.isEmpty() && learners.isEmpty() && index == 0 && content.isEmpty();
            return empty
                    ? Snapshot.NONE
                    : new Snapshot(new SnapshotMark(index, 1, ConfState.of(voters, learners)), content);
        }

        RaftSettings settings(long id) {
            return RaftSettings.of(id)
                    .electionTicks(3)
                    .heartbeatTicks(1)
                    .inflightMessagesMax(inflight)
                    .applyBytesMax(applyBytesMax <= 0 ? EntrySizes.UNLIMITED : applyBytesMax)
                    .asyncStorage(async)
                    .preVote(preVote)
                    .checkQuorum(checkQuorum)
                    .validateConfChanges(validate)
                    .leaseReads(leaseReads)
                    .stepDownOnRemoval(stepDown)
                    .build();
        }
    }

    private void compact(Script.Block block) {
        int number = block.firstNode();
        group.node(number)
                .storage()
                .compact(Long.parseUnsignedLong(block.args().get(1).key()));
        raftLog(number);
    }

    private void raftLog(int number) {
        MemoryStorage storage = group.node(number).storage();
        long first = storage.firstIndex();
        long last = storage.lastIndex();
        if (last < first) {
            output.print("log is empty: first index=" + first + ", last index=" + last);
            return;
        }
        List<Entry> entries = storage.entries(first, last + 1, EntrySizes.UNLIMITED);
        output.print(Describe.entries(entries == null ? List.of() : entries));
    }

    private void deliver(Script.Block block) {
        MessageType type = null;
        int handled = 0;
        record Recipient(int number, boolean drop) {}
        List<Recipient> recipients = new ArrayList<>();
        for (Script.Arg arg : block.args()) {
            if (arg.values().isEmpty()) {
                recipients.add(new Recipient(Integer.parseInt(arg.key()), false));
            }
            for (String value : arg.values()) {
                if (arg.key().equals("drop")) {
                    recipients.add(new Recipient(Integer.parseInt(value), true));
                } else if (arg.key().equals("type")) {
                    type = type(value);
                }
            }
        }
        for (Recipient recipient : recipients) {
            handled += group.deliver(recipient.number(), type, recipient.drop());
        }
        if (handled == 0) {
            output.println("no messages");
        }
    }

    private static @Nullable MessageType type(String name) {
        return Arrays.stream(MessageType.values())
                .filter(type -> type.wireName().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown message type " + name));
    }

    private void raftState(InteractionNode node) {
        RaftCore core = node.core();
        boolean voter = core.state()
                .tracker()
                .configuration()
                .voters()
                .contains(core.state().id());
        output.println(core.state().id() + ": " + core.role() + (voter ? " (Voter)" : " (Non-Voter)") + " Term:"
                + core.term() + " Lead:" + core.leaderId());
    }

    private void status(RaftCore core) {
        if (core.role() == Role.LEADER) {
            output.print(core.state().tracker().progress().toString());
        }
    }

    private void stabilize(Script.Block block) {
        int level = output.level();
        try {
            block.arg("log-level").ifPresent(arg -> output.level(arg.value()));
            List<Integer> numbers = block.nodes();
            group.stabilize(
                    numbers.isEmpty()
                            ? IntStream.rangeClosed(1, group.nodes().size())
                                    .boxed()
                                    .toList()
                            : numbers);
        } finally {
            output.level(level);
        }
    }

    private void tick(Script.Block block, int ticks) {
        for (int i = 0; i < ticks; i++) {
            core(block).tick();
        }
    }

    private void sendSnapshot(int from, int to) {
        InteractionNode node = group.node(from);
        Message message = Message.of(MessageType.SNAPSHOT)
                .from(from)
                .to(to)
                .term(node.core().term())
                .snapshot(node.lastSnapshot())
                .build();
        group.messages().add(message);
        output.print(Describe.message(message));
    }

    private void proposeConfChange(Script.Block block) {
        boolean v1 = false;
        ConfChangeV2.Transition transition = ConfChangeV2.Transition.AUTO;
        for (Script.Arg arg : block.args().subList(1, block.args().size())) {
            for (String value : arg.values()) {
                switch (arg.key()) {
                    case "v1" -> v1 = Script.Arg.truth(value);
                    case "transition" -> transition = transition(value);
                    default -> throw new ScriptException("unknown command " + arg.key());
                }
            }
        }
        List<ConfChangeSingle> changes = ConfChangeScript.changes(block.input());
        if (!v1) {
            check(core(block).proposeConfChange(new ConfChangeV2(transition, changes, Bytes.EMPTY)));
            return;
        }
        if (changes.size() > 1 || transition != ConfChangeV2.Transition.AUTO) {
            throw new ScriptException("v1 conf change can only have one operation and no transition");
        }
        ConfChangeSingle single = changes.get(0);
        check(core(block).proposeConfChange(new ConfChange(0, single.type(), single.nodeId(), Bytes.EMPTY)));
    }

    private static ConfChangeV2.Transition transition(String name) {
        return switch (name) {
            case "auto" -> ConfChangeV2.Transition.AUTO;
            case "implicit" -> ConfChangeV2.Transition.JOINT_IMPLICIT;
            case "explicit" -> ConfChangeV2.Transition.JOINT_EXPLICIT;
            default -> throw new ScriptException("unknown transition " + name);
        };
    }

    private void reportUnreachable(Script.Block block) {
        List<Integer> numbers = block.nodes();
        if (numbers.size() != 2) {
            throw new ScriptException(
                    "must specify exactly two node indexes: node on which to report, and reported node");
        }
        group.node(numbers.get(0)).core().reportUnreachable(numbers.get(1));
    }
}
