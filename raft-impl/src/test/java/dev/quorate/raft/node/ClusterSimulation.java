/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.core.RaftCore;
import dev.quorate.raft.core.Role;
import dev.quorate.raft.simulation.Partitions;
import dev.quorate.raft.simulation.SimulatedHost;
import dev.quorate.raft.simulation.SimulatedNetwork;
import dev.quorate.raft.simulation.SimulatedProcess;
import dev.quorate.raft.simulation.SimulatedWorker;
import dev.quorate.raft.simulation.Violation;
import dev.quorate.raft.spi.ConfChange;
import dev.quorate.raft.spi.ConfState;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.EntryType;
import dev.quorate.raft.spi.HardState;
import dev.quorate.raft.spi.PeerTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of whole nodes on one thread, driven by chance from one seed: the threads of each node run in any order,
 * and while one waits for its disk everything else goes on; clients write and read, members come and go, and the
 * network, the processes and the disks fail as the {@link Profile} says. {@link Invariants} are checked after each
 * event.
 *
 * <p>At the end everything is repaired: then all members must come to the same state, and answer.
 *
 * <p>The same seed gives the same events on any machine; {@link #hash} tells them apart.
 */
final class ClusterSimulation implements World {
    private static final int DEPTH_MAX = 3;
    private static final int MEMBERS_MAX = 6; // at a time
    private static final long LAST_ID = 60;
    private static final int ROUNDS_MAX = 600;
    private static final int WRITES_MAX = 50;

    private final Random random;
    private final Profile profile;
    private final Map<Long, SimulatedMember> members = new TreeMap<>();
    private final List<SimulatedMember> all = new ArrayList<>();
    private final Invariants invariants = new Invariants(members);
    private final SimulatedNetwork network = new SimulatedNetwork(this, invariants, members);
    private final Partitions partitions = new Partitions(this, network);
    private final SimulatedMemberSettings settings;
    private @Nullable SimulatedLife failing;
    private boolean quiet; // no faults any more
    private int depth;
    private int eventsLeft;
    private long nextId;
    private long hash = 1125899906842597L;

    ClusterSimulation(long seed, Profile profile) {
        random = new Random(seed);
        this.profile = profile;
        boolean preVote = dice(3) > 0;
        int electionTicks = 4 + dice(7);
        NodeTimes times = new NodeTimes(Duration.ofMillis(100), electionTicks, preVote, 30, dice(2) == 0);
        settings = new SimulatedMemberSettings(4 + dice(40), dice(20), 400 + dice(2000), times);
        if (profile.hasNetworkFaults()) {
            network.faults(dice(8), dice(8), true);
        }
        int count = dice(8) == 0 ? 1 : dice(4) == 0 ? 5 : 3;
        List<Entry> entries = new ArrayList<>();
        for (long id = 1; id <= count; id++) {
            ConfChange change = new ConfChange(0, ConfChange.Type.ADD_NODE, id, Bytes.EMPTY);
            entries.add(new Entry(1, id, EntryType.CONF_CHANGE, change.encode()));
        }
        invariants.bootstrap(entries);
        nextId = 1L + count;
        for (long id = 1; id <= count; id++) {
            SimulatedMember member = member(id);
            entries.forEach(entry -> member.disk().put(entry, invariants));
            member.disk().put(new HardState(1, 0, count), invariants);
            member.start(this, settings);
        }
    }

    private SimulatedMember member(long id) {
        SimulatedMember member = new SimulatedMember(id);
        members.put(id, member);
        all.add(member);
        return member;
    }

    long hash() {
        return hash;
    }

    @Override
    public int dice(int bound) {
        return random.nextInt(bound);
    }

    @Override
    public Invariants invariants() {
        return invariants;
    }

    @Override
    public History history() {
        return invariants.history();
    }

    @Override
    public PeerTransport transport(SimulatedLife life) {
        return network.transport(life);
    }

    @Override
    public void ended(SimulatedLife life) {
        note(7, life.member().id());
    }

    @Override
    public void crashed(SimulatedLife life) {
        note(8, life.member().id());
        life.member().crash(this);
    }

    @Override
    public boolean failsNow(SimulatedLife life) {
        if (failing != life || quiet) {
            return false;
        }
        failing = null;
        life.expectFailure();
        return true;
    }

    @Override
    public void block(SimulatedLife life) {
        if (quiet || life.isDead()) {
            return;
        }
        if (life.crashesNow()) {
            crashed(life);
            return;
        }
        if (depth < DEPTH_MAX && dice(4) == 0) {
            depth++;
            for (int i = dice(8); i >= 0 && eventsLeft > 0 && !life.isDead(); i--) {
                step();
            }
            depth--;
        }
    }

    private void note(long... values) {
        for (long value : values) {
            hash = (hash ^ value) * 1099511628211L;
        }
    }

    /** Runs so many events, then repairs everything and waits until all is well. */
    void run(int events) {
        eventsLeft = events;
        try {
            while (eventsLeft > 0) {
                step();
                invariants.check();
                admit();
            }
            finish();
        } catch (Violation | IllegalStateException | IllegalArgumentException e) {
            invariants.check(); // what came first tells more
            throw e;
        }
        invariants.check();
    }

    private SimulatedMember someMember() {
        if (dice(4) == 0) {
            for (SimulatedMember member : all) {
                if (isLeader(member)) {
                    return member;
                }
            }
        }
        return all.get(dice(all.size()));
    }

    private static boolean isLeader(SimulatedMember member) {
        SimulatedLife life = member.life();
        RaftCore core = life == null ? null : life.core();
        return core != null && core.role() == Role.LEADER;
    }

    private void step() {
        eventsLeft--;
        int dice = dice(1000);
        SimulatedHost touched = null;
        if (dice < 560 && !network.isEmpty()) {
            touched = network.deliver();
        } else if (dice < 850) {
            touched = work();
            touched = touched == null && dice < 600 ? tick() : touched;
        } else if (dice < 920) {
            touched = tick();
        } else if (dice < 985) {
            touched = request(someMember());
        } else {
            touched = fault(dice);
        }
        SimulatedLife life = touched == null ? null : (SimulatedLife) touched.life();
        RaftCore core = life == null ? null : life.core();
        if (touched != null && life != null && core != null) {
            note(dice, touched.id(), core.term(), core.commitIndex(), core.appliedIndex());
            invariants.observe(life);
        }
    }

    /** Runs some thread that has something to do. */
    private @Nullable SimulatedMember work() {
        int count = 0;
        for (SimulatedMember member : all) {
            count += ready(member, -1, false);
        }
        if (count == 0) {
            return null;
        }
        int chosen = dice(count);
        for (SimulatedMember member : all) {
            int here = ready(member, -1, false);
            if (chosen < here) {
                ready(member, chosen, true);
                return member;
            }
            chosen -= here;
        }
        return null;
    }

    /** Counts the threads of a member that have something to do, or runs one of them. */
    private static int ready(SimulatedMember member, int which, boolean run) {
        SimulatedLife life = member.life();
        if (life == null || member.isPaused()) {
            return 0;
        }
        int count = 0;
        List<SimulatedWorker> workers = life.workers();
        for (int i = 0; i < workers.size(); i++) {
            if (workers.get(i).isReady()) {
                if (run && count == which) {
                    workers.get(i).run();
                    return count;
                }
                count++;
            }
        }
        return count;
    }

    /** Lets a tick pass somewhere; clocks go at different speed. */
    private @Nullable SimulatedMember tick() {
        SimulatedMember member = all.get(dice(all.size()));
        SimulatedLife life = member.life();
        if (life == null || member.isPaused() || dice(4) < (int) (member.id() % 3)) {
            return null;
        }
        life.tick();
        return member;
    }

    private @Nullable SimulatedMember request(SimulatedMember member) {
        SimulatedLife life = member.life();
        RaftNode node = life == null ? null : life.node();
        if (life == null || node == null || member.isPaused()) {
            return null;
        }
        int dice = dice(100);
        if (dice < 50) {
            life.clients().write(node, dice(60));
        } else if (dice < 90) {
            life.clients().read(node);
        } else if (profile.changesMembers() && dice < 96) {
            node.changeMembership(change(), reason -> {});
        } else if (profile.changesMembers()) {
            node.transferLeadership(all.get(dice(all.size())).id());
        }
        return member;
    }

    private ConfChange change() {
        MachineState state = invariants.state(invariants.applied());
        ConfState confState = state.confState();
        int size = confState.voters().size() + confState.learners().size();
        ConfChange.Type type;
        long id;
        if (dice(10) == 0) { // probably nonsense
            type = ConfChange.Type.values()[dice(ConfChange.Type.values().length)];
            id = 1L + dice((int) nextId);
        } else if (size < MEMBERS_MAX && nextId <= LAST_ID && dice(2) == 0) {
            type = dice(2) == 0 ? ConfChange.Type.ADD_NODE : ConfChange.Type.ADD_LEARNER_NODE;
            id = nextId;
        } else if (!confState.learners().isEmpty() && dice(2) == 0) {
            type = ConfChange.Type.ADD_NODE;
            id = confState.learners().get(dice(confState.learners().size()));
        } else if (size > 3 && !confState.voters().isEmpty()) {
            type = ConfChange.Type.REMOVE_NODE;
            id = confState.voters().get(dice(confState.voters().size()));
        } else {
            type = ConfChange.Type.UPDATE_NODE;
            id = 1L + dice((int) nextId);
        }
        return new ConfChange(0, type, id, Bytes.EMPTY);
    }

    /** Starts those who have become members. */
    private void admit() {
        MachineState state = invariants.state(invariants.applied());
        while (nextId <= LAST_ID && state.wasMember(nextId)) {
            member(nextId).start(this, settings);
            nextId++;
        }
    }

    private @Nullable SimulatedMember fault(int event) {
        SimulatedMember member = someMember();
        int dice = dice(10);
        note(event, dice, member.id());
        SimulatedLife life = member.life();
        switch (dice) {
            case 0, 1 -> {
                if (profile.hasNetworkFaults()) {
                    partitions.change(all);
                }
            }
            case 2 -> network.heal();
            case 3 -> {
                if (profile.hasCrashes() && life != null) {
                    life.crashIn(1 + dice(4));
                }
            }
            case 4, 5, 6 -> restart();
            case 7 -> {
                if (profile.hasCrashes()) {
                    pause(member);
                }
            }
            case 8 -> flushOrFail(member);
            default -> endSome(member);
        }
        return member;
    }

    private void restart() {
        for (SimulatedMember member : all) {
            retire(member);
            SimulatedLife life = member.life();
            if (life != null && life.isFailed() && !life.isBusy()) {
                member.stop(this);
            } else if (life == null && !member.isRetired() && dice(3) > 0) {
                member.start(this, settings);
            }
        }
    }

    /** Ends a member for good that was removed, once those who are left know it for good. */
    private void retire(SimulatedMember member) {
        SimulatedLife life = member.life();
        MachineState state = member.store().latest();
        if (life == null || life.isBusy() || !state.isRemoved(member.id())) {
            return;
        }
        List<Long> voters = state.confState().voters();
        long know = voters.stream()
                .map(members::get)
                .filter(voter -> voter != null && voter.store().durable().isRemoved(member.id()))
                .count();
        if (2 * know > voters.size()) {
            member.retire();
            member.stop(this);
        }
    }

    /** Stops a process for a while; the time that has passed then counts. */
    private void pause(SimulatedMember member) {
        boolean resumes = member.isPaused();
        for (SimulatedMember other : all) {
            other.paused(false);
        }
        if (!resumes) {
            member.paused(true);
        }
    }

    private void flushOrFail(SimulatedMember member) {
        SimulatedLife life = member.life();
        if (life == null) {
            return;
        }
        if (profile.hasDiskFaults() && dice(3) == 0) {
            failing = life;
        } else {
            member.store().flush(dice(member.store().waiting() + 1));
        }
    }

    private void endSome(SimulatedMember member) {
        if (!profile.hasCrashes()) {
            return;
        }
        SimulatedLife life = member.life();
        int dice = dice(20);
        if (dice == 0) { // the power fails
            for (SimulatedMember each : all) {
                each.crash(this);
            }
        } else if (dice < 6 && life != null && !life.isBusy()) {
            member.stop(this);
        } else if (dice < 14) {
            member.crash(this);
        }
    }

    /** Repairs everything: then all members come to the same state, and clients are answered. */
    private void finish() {
        quiet = true;
        network.heal();
        network.faults(0, 0, false);
        for (SimulatedMember member : all) {
            member.paused(false);
            SimulatedLife life = member.life();
            if (life != null) {
                life.crashIn(0);
            }
            if (life != null && life.isFailed()) {
                member.stop(this);
            }
            if (member.life() == null && !member.isRetired()) {
                member.start(this, settings);
            }
        }
        if (!awaitAgreement()) {
            return;
        }
        int answered = history().answeredWrites();
        for (int i = 0; i < WRITES_MAX && history().answeredWrites() == answered; i++) {
            List<Long> voters =
                    invariants.state(invariants.applied()).confState().voters();
            SimulatedMember asked = members.get(voters.get(0));
            SimulatedLife life = asked == null ? null : asked.life();
            RaftNode node = life == null ? null : life.node();
            if (life != null && node != null) {
                life.clients().write(node, 1); // may still be lost, while leadership is handed over
                life.clients().read(node);
            }
            awaitAgreement();
        }
        invariants.require(
                history().answeredWrites() > answered,
                "a write is answered in the end",
                String.valueOf(history().lastDrop()));
        note(invariants.applied(), invariants.state(invariants.applied()).hash());
    }

    /** Returns false if the last change of the members has left a group of one that cannot know it. */
    private boolean awaitAgreement() {
        for (int round = 0; round < ROUNDS_MAX; round++) {
            for (int i = 0; i < all.size(); i++) {
                all.get(i).store().flush();
                retire(all.get(i));
                SimulatedLife life = all.get(i).life();
                if (life != null) {
                    life.tick();
                }
            }
            settle();
            invariants.check();
            admit();
            if (agrees()) {
                return true;
            }
        }
        // The one who left may have been the only one who knew that this is decided (etcd-io/raft, doc.go).
        if (all.size() > 1
                && invariants.state(invariants.applied()).confState().voters().size() == 1) {
            return false;
        }
        throw invariants.violated(
                "all members agree in the end",
                invariants.committed(),
                invariants.applied(),
                invariants.state(invariants.applied()).confState(),
                all.stream().map(ClusterSimulation::describe).toList());
    }

    private static String describe(SimulatedMember member) {
        SimulatedLife life = member.life();
        RaftCore core = life == null ? null : life.core();
        return core == null
                ? "member " + member.id() + " is down"
                : String.format(
                        Locale.ROOT,
                        "member %d %s term %d last %d commit %d applied %d",
                        member.id(),
                        core.role(),
                        core.term(),
                        core.lastIndex(),
                        core.commitIndex(),
                        core.appliedIndex());
    }

    /** Lets everything arrive and all threads work, until nothing is left. */
    private void settle() {
        for (int i = 0; i < 20_000; i++) {
            SimulatedHost delivered = network.isEmpty() ? null : network.deliver();
            SimulatedHost worked = work();
            observe(delivered);
            observe(worked);
            if (worked == null && network.isEmpty()) {
                return;
            }
        }
    }

    private void observe(@Nullable SimulatedHost member) {
        SimulatedProcess life = member == null ? null : member.life();
        if (life != null) {
            life.touched();
        }
    }

    private boolean agrees() {
        ConfState confState = invariants.state(invariants.applied()).confState();
        List<Long> ids = new ArrayList<>(confState.voters());
        ids.addAll(confState.learners());
        boolean led = false;
        for (long id : ids) {
            SimulatedMember member = members.get(id);
            SimulatedLife life = member == null ? null : member.life();
            RaftCore core = life == null ? null : life.core();
            if (core == null
                    || core.appliedIndex() != invariants.committed()
                    || core.lastIndex() != invariants.committed()) {
                return false;
            }
            led |= core.role() == Role.LEADER;
        }
        return led && invariants.applied() == invariants.committed();
    }

    /** What has come of a run, for those who wonder whether anything happened. */
    String summary() {
        return String.format(
                Locale.ROOT,
                "hash %016x, %d entries committed, %d leaders, %d members, %d writes and %d reads answered, %d dropped",
                hash,
                invariants.committed(),
                invariants.leaders(),
                all.size(),
                history().answeredWrites(),
                history().answeredReads(),
                history().refused());
    }
}
