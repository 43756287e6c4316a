/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.simulation;

import dev.quorate.api.model.Member;
import dev.quorate.raft.simulation.Partitions;
import dev.quorate.raft.simulation.SimulatedHost;
import dev.quorate.raft.simulation.SimulatedNetwork;
import dev.quorate.raft.simulation.Violation;
import dev.quorate.raft.spi.ConfChange;
import dev.quorate.raft.spi.ConsensusStatus;
import dev.quorate.raft.spi.Entry;
import dev.quorate.raft.spi.EntryType;
import dev.quorate.raft.spi.HardState;
import dev.quorate.schema.MemberRecords;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of whole members on one thread, driven by chance from one seed: Raft, applier, store, leases, watches,
 * reads, compaction and snapshots run in any order, while network, processes, disks and clocks fail. Clients ask for
 * everything a member serves, and what they are told is checked from outside.
 *
 * <p>At the end everything is repaired: then all members must come to the same state, all watchers must have heard of
 * all, and leases that nobody renews must end.
 *
 * <p>The same seed gives the same events on any machine; {@link #hash} tells them apart.
 */
final class ServerSimulation implements ServerWorld, AutoCloseable {
    private static final int DEPTH_MAX = 2;
    private static final int MEMBERS_MAX = 5; // at a time
    private static final int EVER_MAX = 12;
    private static final long MILLI = 1_000_000;
    private static final int STEP_MICROS_MAX = 3_000; // between two events
    private static final int ROUNDS_MAX = 6_000;

    private final Random random;
    private final Map<Long, ServerMember> members = new TreeMap<>(Long::compareUnsigned);
    private final List<ServerMember> all = new ArrayList<>();
    private final ServerRules rules = new ServerRules();
    private final Revisions revisions = new Revisions(rules);
    private final SimulatedNetwork network = new SimulatedNetwork(this, rules, members);
    private final Partitions partitions = new Partitions(this, network);
    private final Client client = new Client(rules);
    private final KvClients kv = new KvClients(this, rules, revisions, client);
    private final LeaseClients leases = new LeaseClients(this, client);
    private final WatchClients watches;
    private final ServerSettings settings;
    private final Path folder;
    private final boolean partitioned;
    private final boolean crashing;
    private final boolean changing;
    private long nanos;
    private boolean quiet; // no faults any more
    private int depth;
    private int eventsLeft;
    private int urls; // of members that somebody wanted to add
    private long hash = 1125899906842597L;

    ServerSimulation(long seed) {
        random = new Random(seed);
        try {
            folder = Files.createTempDirectory("quorate-simulation");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        partitioned = dice(4) > 0;
        crashing = dice(4) > 0;
        changing = dice(3) > 0;
        settings = new ServerSettings(20 + dice(150), dice(40), dice(3) > 0, dice(2) == 0, dice(3) == 0, 1 + dice(20));
        watches = new WatchClients(this);
        if (partitioned) {
            network.faults(dice(6), dice(6), true);
        }
        found(dice(8) == 0 ? 1 : dice(4) == 0 ? 5 : 3);
    }

    private void found(int count) {
        List<Entry> entries = new ArrayList<>();
        for (long id = 1; id <= count; id++) {
            Member founder = new Member(id, "m" + id, List.of("http://m" + id + ":2380"), List.of(), false);
            ConfChange change = new ConfChange(0, ConfChange.Type.ADD_NODE, id, MemberRecords.encode(founder));
            entries.add(new Entry(1, id, EntryType.CONF_CHANGE, change.encode()));
        }
        for (long id = 1; id <= count; id++) {
            ServerMember member = member(id);
            entries.forEach(entry -> member.disk().put(entry, rules));
            member.disk().put(new HardState(1, 0, count), rules);
        }
        List.copyOf(all).forEach(member -> member.start(this, settings));
    }

    private ServerMember member(long id) {
        ServerMember member = new ServerMember(id, this, folder);
        members.put(id, member);
        all.add(member);
        return member;
    }

    long hash() {
        return hash;
    }

    KvClients kv() {
        return kv;
    }

    @Override
    public int dice(int bound) {
        return random.nextInt(bound);
    }

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public SimulatedNetwork network() {
        return network;
    }

    @Override
    public ServerRules rules() {
        return rules;
    }

    @Override
    public Revisions revisions() {
        return revisions;
    }

    @Override
    public LeaseClients leases() {
        return leases;
    }

    WatchClients watches() {
        return watches;
    }

    /** Makes a member of one that was added; its process starts some time later. */
    @Override
    public void admit(long memberId) {
        if (!members.containsKey(memberId)) {
            member(memberId);
        }
    }

    @Override
    public void crashed(ServerProcess process) {
        note(8, process.memberId());
        process.host().crash(this);
    }

    @Override
    public void block(ServerProcess process) {
        if (quiet || process.isDead()) {
            return;
        }
        if (process.crashesNow()) {
            crashed(process);
            return;
        }
        if (depth < DEPTH_MAX && process.mayWait() && dice(4) == 0) {
            depth++;
            for (int i = dice(8); i >= 0 && eventsLeft > 0 && !process.isDead(); i--) {
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
                rules.check();
            }
            finish();
        } catch (Violation | IllegalStateException | IllegalArgumentException | NullPointerException e) {
            rules.check(); // what came first tells more
            throw e;
        }
        rules.check();
    }

    private void step() {
        eventsLeft--;
        nanos += dice(STEP_MICROS_MAX) * 1000L;
        int dice = dice(1000);
        SimulatedHost touched = null;
        if (dice < 470) {
            touched = network.isEmpty() ? work() : network.deliver();
        } else if (dice < 880) {
            touched = work();
        } else if (dice < 920) {
            ServerMember member = someMember();
            touched = member;
            if (member.life() != null) {
                member.life().dispatch();
            }
        } else if (dice < 985) {
            touched = request(someMember());
        } else {
            touched = fault(dice);
        }
        ServerProcess life = touched == null ? null : (ServerProcess) touched.life();
        if (touched != null && life != null && life.isUp()) {
            note(dice, touched.id(), life.status().term(), life.status().appliedIndex(), revisions.told());
        }
    }

    private ServerMember someMember() {
        if (dice(4) == 0) {
            for (ServerMember member : all) {
                ServerProcess life = member.life();
                if (life != null && life.isUp() && life.status().isLeader()) {
                    return member;
                }
            }
        }
        return all.get(dice(all.size()));
    }

    /** Runs some thread that has something to do. */
    private @Nullable ServerMember work() {
        int count = 0;
        for (ServerMember member : all) {
            count += member.life() == null ? 0 : member.life().ready();
        }
        if (count == 0) {
            return null;
        }
        int chosen = dice(count);
        for (ServerMember member : all) {
            ServerProcess life = member.life();
            int here = life == null ? 0 : life.ready();
            if (life != null && chosen < here) {
                life.run(chosen);
                return member;
            }
            chosen -= here;
        }
        return null;
    }

    private @Nullable ServerMember request(ServerMember member) {
        ServerProcess life = member.life();
        if (life == null || !life.isUp()) {
            return null;
        }
        int dice = dice(100);
        if (dice < 58) {
            kv.ask(life, dice(3) == 0 ? leases.some() : 0);
        } else if (dice < 80) {
            leases.ask(life);
        } else if (dice < 97 || !changing) {
            watches.ask(life);
        } else if (dice < 99) {
            changeMembers(life);
        } else {
            client.ask(
                    life,
                    life.services()
                            .maintenance()
                            .moveLeader(all.get(dice(all.size())).id()),
                    moved -> {},
                    failure -> {});
        }
        return member;
    }

    private void changeMembers(ServerProcess life) {
        var cluster = life.services().cluster();
        List<Member> known = cluster.memberList(false).join().members();
        List<Member> voters = known.stream().filter(member -> !member.learner()).toList();
        List<Member> learners = known.stream().filter(Member::learner).toList();
        int dice = dice(4);
        if (dice == 0 && known.size() < MEMBERS_MAX && all.size() < EVER_MAX) {
            String url = "http://new" + ++urls + ":2380";
            client.ask(life, cluster.memberAdd(List.of(url), dice(2) == 0), added -> {}, failure -> {});
        } else if (dice == 1 && !learners.isEmpty()) {
            long id = learners.get(dice(learners.size())).id();
            client.ask(life, cluster.memberPromote(id), promoted -> {}, failure -> {});
        } else if (dice == 2 && voters.size() > 3) {
            long id = known.get(dice(known.size())).id();
            client.ask(life, cluster.memberRemove(id), gone -> {}, failure -> {});
        } else if (!known.isEmpty()) {
            long id = known.get(dice(known.size())).id();
            String url = "http://other" + ++urls + ":2380";
            client.ask(life, cluster.memberUpdate(id, List.of(url)), updated -> {}, failure -> {});
        }
    }

    private @Nullable ServerMember fault(int event) {
        ServerMember member = someMember();
        int dice = dice(10);
        note(event, dice, member.id());
        ServerProcess life = member.life();
        switch (dice) {
            case 0 -> {
                if (partitioned) {
                    partitions.change(all);
                }
            }
            case 1, 2 -> network.heal();
            case 3 -> {
                if (crashing && life != null) {
                    life.crashIn(1 + dice(4));
                }
            }
            case 4, 5, 6 -> restart();
            case 7 -> pause(member);
            case 8 -> member.storage().flush(dice(member.storage().waiting() + 1));
            default -> endSome(member);
        }
        return member;
    }

    private void restart() {
        for (ServerMember member : all) {
            retire(member);
            if (member.life() == null && !member.isRetired() && dice(3) > 0) {
                member.start(this, settings);
            }
        }
    }

    /** Ends a member for good that knows that it was removed. */
    private void retire(ServerMember member) {
        ServerProcess life = member.life();
        if (life != null && life.isUp()) {
            network.connect(life);
        }
        if (life != null && life.isRemoved() && !life.isBusy()) {
            member.retire();
            member.stop(this);
        }
    }

    /** Stops a process for a while; the time that has passed then counts. */
    private void pause(ServerMember member) {
        boolean resumes = member.isPaused() || !crashing;
        for (ServerMember other : all) {
            other.paused(false);
        }
        if (!resumes) {
            member.paused(true);
        }
    }

    private void endSome(ServerMember member) {
        ServerProcess life = member.life();
        if (!crashing || life == null) {
            return;
        }
        int dice = dice(20);
        if (dice == 0) { // the power fails
            for (ServerMember each : all) {
                each.crash(this);
            }
        } else if (dice < 4 && life.isUp()) {
            life.handOver();
        } else if (dice < 7 && !life.isBusy()) {
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
        for (ServerMember member : all) {
            member.paused(false);
            if (member.life() != null) {
                member.life().crashIn(0);
            }
        }
        await("all members agree in the end", this::agrees);
        int acknowledged = kv.acknowledged();
        for (int i = 0; i < 50 && kv.acknowledged() == acknowledged; i++) {
            kv.put(anyUp(), 0);
            pass(200);
        }
        rules.require(kv.acknowledged() > acknowledged, "a write is answered in the end", describe());
        await("all members agree in the end", this::agrees);
        for (ServerMember member : present()) {
            ServerProcess life = member.life();
            if (life != null) {
                kv.read(life, KvClients.ALL);
                kv.hash(life);
                leases.look(life);
                leases.askForKeys(life);
            }
        }
        pass(100);
        kv.finish();
        await("all watchers hear of everything in the end", () -> watches.finish(anyUp()));
        await("leases that nobody renews end", this::hasNoLeases);
        await("all members agree in the end", this::agrees);
        note(revisions.last(), nanos);
    }

    private List<ServerMember> present() {
        return all.stream().filter(member -> !member.isRetired()).toList();
    }

    private ServerProcess anyUp() {
        List<ServerProcess> up = new ArrayList<>();
        for (ServerMember member : present()) {
            ServerProcess life = member.life();
            if (life != null && life.isUp()) {
                up.add(life);
            }
        }
        rules.require(!up.isEmpty(), "somebody is up", describe());
        return up.get(dice(up.size()));
    }

    /** A condition that is waited for. */
    private interface Condition {
        boolean holds();
    }

    private void await(String rule, Condition condition) {
        for (int round = 0; round < ROUNDS_MAX; round++) {
            pass(10);
            if (condition.holds()) {
                return;
            }
        }
        throw rules.violated(rule, describe());
    }

    private List<String> describe() {
        return all.stream().map(ServerSimulation::describe).toList();
    }

    private static String describe(ServerMember member) {
        ServerProcess life = member.life();
        return life == null || !life.isUp()
                ? Long.toHexString(member.id()) + (member.isRetired() ? " retired" : " down")
                : life.status() + " leases " + life.stored().leases() + (life.isRemoved() ? " removed" : "");
    }

    /** Lets time pass, and everything happen that happens in it. */
    private void pass(int millis) {
        for (int i = 0; i < millis; i += 10) {
            nanos += 10 * MILLI;
            settle();
            rules.check();
        }
    }

    /** Lets everything arrive and all threads work, until nothing is left. */
    private void settle() {
        for (ServerMember member : all) {
            retire(member);
            if (member.life() == null && !member.isRetired()) {
                member.start(this, settings);
            }
        }
        for (int i = 0; i < 20_000; i++) {
            boolean busy = !network.isEmpty();
            network.deliver();
            busy |= work() != null;
            for (ServerMember member : all) {
                busy |= member.life() != null && member.life().dispatch();
            }
            if (!busy) {
                return;
            }
        }
    }

    private boolean agrees() {
        long applied = -1;
        boolean led = false;
        for (ServerMember member : present()) {
            ServerProcess life = member.life();
            if (life == null || !life.isUp() || life.isRemoved()) {
                return false;
            }
            ConsensusStatus status = life.status();
            boolean here = status.appliedIndex() == status.lastIndex() && status.commitIndex() == status.lastIndex();
            if (!here || (applied >= 0 && applied != status.appliedIndex())) {
                return false;
            }
            applied = status.appliedIndex();
            led |= status.isLeader();
        }
        return led;
    }

    private boolean hasNoLeases() {
        return present().stream()
                .allMatch(member ->
                        member.life() != null && member.life().stored().leases().isEmpty());
    }

    /** What has come of a run, for those who wonder whether anything happened. */
    String summary() {
        return String.format(
                Locale.ROOT,
                "hash %016x, %d revisions, %d members, %d requests answered and %d not, %d events heard,"
                        + " %d renewals, %d leases expired, %d states installed",
                hash,
                revisions.last(),
                all.size(),
                client.answered(),
                client.failed(),
                watches.heard(),
                leases.renewed(),
                leases.expired(),
                leases.replacements());
    }

    /** Removes the files of the members. */
    @Override
    public void close() {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
