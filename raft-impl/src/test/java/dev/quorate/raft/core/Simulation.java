/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.spi.ConfChange;
import dev.quorate.raft.spi.ConfChangeSingle;
import dev.quorate.raft.spi.ConfChangeV2;
import dev.quorate.raft.spi.ConfState;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.Snapshot;
import dev.quorate.raft.spi.SnapshotMark;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * A cluster of cores on one thread, driven by chance from one seed: messages are lost, repeated and overtaken, links
 * are cut one way or both, members crash and come back with what their disks hold, disks and state machines are slow,
 * members come and go. {@link Invariants} are checked after each event.
 *
 * <p>The same seed gives the same events on any machine; {@link #hash} tells them apart.
 */
public final class Simulation {
    private static final int NODES = 5;
    private static final int VOTERS = 3;
    private static final int MESSAGES_MAX = 300;

    private record Link(long from, long to) {}

    private final Random random;
    private final List<SimulatedNode> nodes = new ArrayList<>();
    private final List<Message> network = new ArrayList<>();
    private final Set<Link> cut = new HashSet<>(); // asked for membership only
    private final Invariants invariants;
    private final Map<Bytes, Long> reads = new HashMap<>(); // what must be seen; looked up only
    private long names;
    private long hash = 1125899906842597L;

    /**
     * Sets a cluster up.
     *
     * @param seed where all chance comes from
     */
    public Simulation(long seed) {
        random = new Random(seed);
        List<Long> voters = new ArrayList<>();
        for (long id = 1; id <= VOTERS; id++) {
            voters.add(id);
        }
        Snapshot start = new Snapshot(new SnapshotMark(1, 1, ConfState.of(voters, List.of())), Bytes.EMPTY);
        boolean preVote = random.nextBoolean();
        boolean checkQuorum = random.nextBoolean();
        for (long id = 1; id <= NODES; id++) {
            RaftSettings settings = RaftSettings.of(id)
                    .electionTicks(10)
                    .heartbeatTicks(1)
                    .messageBytesMax(100)
                    .applyBytesMax(200)
                    .inflightMessagesMax(4)
                    .preVote(preVote)
                    .checkQuorum(checkQuorum)
                    .stepDownOnRemoval(true)
                    .asyncStorage(true)
                    .build();
            SimulatedNode node = new SimulatedNode(settings, start, random);
            node.start();
            nodes.add(node);
        }
        invariants = new Invariants(nodes);
    }

    /**
     * Returns what tells one run from another.
     *
     * @return a hash over all that has happened
     */
    public long hash() {
        return hash;
    }

    Invariants invariants() {
        return invariants;
    }

    /**
     * Runs.
     *
     * @param events how many
     * @throws IllegalStateException if something does not hold that must
     */
    public void run(int events) {
        for (int event = 0; event < events; event++) {
            step();
        }
        invariants.logsMatch();
    }

    private SimulatedNode someNode() {
        return nodes.get(random.nextInt(nodes.size()));
    }

    private void note(long... values) {
        for (long value : values) {
            hash = (hash ^ value) * 1099511628211L;
        }
    }

    private void step() {
        int dice = random.nextInt(1000);
        if (dice < 480) {
            deliver();
        } else if (dice < 960) {
            work(someNode(), dice);
        } else if (dice < 972) {
            disturbNetwork(dice);
        } else if (dice < 980) {
            SimulatedNode node = someNode();
            note(dice, node.id());
            if (node.core() != null && random.nextInt(4) == 0) {
                node.crash();
                invariants.crashed(node);
            }
        } else {
            SimulatedNode node = someNode();
            note(dice, node.id());
            if (node.core() == null) {
                node.start();
            }
        }
    }

    /** Delivers some message; often loses or repeats it. */
    private void deliver() {
        if (network.isEmpty()) {
            return;
        }
        int at = random.nextInt(3) == 0 ? random.nextInt(network.size()) : 0;
        Message message = network.remove(at);
        int fate = random.nextInt(100);
        note(at, fate, message.type().ordinal(), message.from(), message.to(), message.term(), message.index());
        if (fate < 3 || cut.contains(new Link(message.from(), message.to()))) {
            return;
        }
        if (fate < 6) {
            network.add(message);
        }
        SimulatedNode node = nodes.get((int) message.to() - 1);
        RaftCore core = node.core();
        if (core != null) {
            core.step(message);
            handOut(node, core);
        }
    }

    private void work(SimulatedNode node, int dice) {
        RaftCore core = node.core();
        if (core == null) {
            return;
        }
        note(dice, node.id(), core.term(), core.commitIndex());
        if (dice < 620) {
            core.tick();
        } else if (dice < 740) {
            if (!node.appendWork().isEmpty()) {
                node.write().forEach(response -> {
                    if (response.to() == node.id()) {
                        core.step(response);
                    } else {
                        send(response);
                    }
                });
            }
        } else if (dice < 860) {
            if (!node.applyWork().isEmpty()) {
                node.apply(core).forEach(entry -> invariants.applied(node, entry));
            }
        } else if (dice < 920) {
            core.propose(List.of(name()));
        } else if (dice < 945) {
            Bytes name = name();
            reads.put(name, invariants.committed());
            core.readIndex(name);
        } else if (dice < 950) {
            changeMembers(core);
        } else if (dice < 953) {
            core.transferLeader(1 + random.nextInt(NODES));
        } else if (node.applied() > node.snapshotIndex() + 5 && node.storage().lastIndex() >= node.applied()) {
            node.compact(node.applied() - random.nextInt(5));
        }
        handOut(node, core);
    }

    private Bytes name() {
        return Bytes.utf8("n" + ++names);
    }

    private void changeMembers(RaftCore core) {
        List<ConfChangeSingle> changes = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            ConfChange.Type type = ConfChange.Type.values()[random.nextInt(ConfChange.Type.values().length)];
            long id = 1L + random.nextInt(NODES);
            // At least two voters never go, so that no change can leave nobody.
            changes.add(new ConfChangeSingle(id <= 2 ? ConfChange.Type.ADD_NODE : type, id));
        }
        ConfChangeV2.Transition transition =
                changes.size() == 1 ? ConfChangeV2.Transition.AUTO : ConfChangeV2.Transition.JOINT_IMPLICIT;
        core.proposeConfChange(new ConfChangeV2(transition, changes, Bytes.EMPTY));
    }

    private void disturbNetwork(int dice) {
        note(dice);
        if (random.nextInt(3) > 0) {
            cut.clear();
            return;
        }
        long from = 1L + random.nextInt(NODES);
        boolean bothWays = random.nextBoolean();
        for (long to = 1; to <= NODES; to++) {
            if (random.nextBoolean()) {
                cut.add(new Link(from, to));
                if (bothWays) {
                    cut.add(new Link(to, from));
                }
            }
        }
    }

    private void handOut(SimulatedNode node, RaftCore core) {
        while (core.hasReady()) {
            Ready ready = core.ready();
            if (ready.snapshot() != null) {
                node.snapshotHandedOut(ready.snapshot().index());
            }
            for (Message message : ready.messages()) {
                if (message.to() == Message.LOG_STORAGE) {
                    node.appendWork().add(message);
                } else if (message.to() == Message.STATE_MACHINE) {
                    node.applyWork().add(message);
                } else {
                    send(message);
                }
            }
            for (Ready.ReadState read : ready.readStates()) {
                invariants.read(read.index(), reads.getOrDefault(read.context(), Long.MAX_VALUE));
            }
        }
        invariants.check(node, core);
    }

    private void send(Message message) {
        invariants.sent(message);
        if (network.size() < MESSAGES_MAX) {
            network.add(message);
        }
    }

    /**
     * Tells what has come of a run, for those who wonder whether anything happened.
     *
     * @return a line
     */
    public String summary() {
        return String.format(
                Locale.ROOT,
                "hash %016x, %d entries committed, %d leaders, %d reads",
                hash,
                invariants.committed(),
                invariants.leaders(),
                invariants.reads());
    }
}
