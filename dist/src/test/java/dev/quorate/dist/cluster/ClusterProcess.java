/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.cluster;

import dev.quorate.dist.RealEtcd;
import dev.quorate.dist.blackbox.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A cluster whose members, each real etcd or ours, are processes that can be killed, stopped, paused and started again
 * one by one, with the real etcdctl to look at them. Closing it kills them all. Not thread-safe.
 */
public final class ClusterProcess implements AutoCloseable {
    private static final int POLLS_MAX = 600;
    private static final int POLL_MILLIS = 100;
    private static final Pattern MEMBER_ID = Pattern.compile("\"member_id\":([0-9]+)");
    private static final Pattern LEADER = Pattern.compile("\"leader\":([0-9]+)");
    private static final Pattern HASH = Pattern.compile("\"hash\":([0-9]+)");

    private final Path work;
    private final Network network;
    private final List<String> flags;
    private final List<Member> members = new ArrayList<>();
    private int made;

    /**
     * Creates a cluster without members.
     *
     * @param work where data and logs of the members lie
     * @param network where they find each other; it is closed with the cluster
     * @param flags more flags for all members
     */
    public ClusterProcess(Path work, Network network, List<String> flags) {
        this.work = work;
        this.network = network;
        this.flags = List.copyOf(flags);
    }

    /**
     * Founds a cluster and waits until all members serve.
     *
     * @param programs the program of each member
     * @return this cluster
     * @throws IOException if one does not
     * @throws InterruptedException if the caller is interrupted
     */
    public ClusterProcess found(List<Path> programs) throws IOException, InterruptedException {
        for (Path program : programs) {
            define("infra" + made, program);
        }
        for (Member member : members) {
            member.begin(initialCluster(), "new");
        }
        for (Member member : members) {
            member.process().awaitReady();
        }
        return this;
    }

    /**
     * Starts all members again, none of which runs, and waits until they serve.
     *
     * @throws IOException if one does not
     * @throws InterruptedException if the caller is interrupted
     */
    public void restartAll() throws IOException, InterruptedException {
        for (Member member : members) {
            member.begin();
        }
        for (Member member : members) {
            member.process().awaitReady();
        }
    }

    static ClusterProcess onLoopback(Path work, List<Path> programs, String... flags)
            throws IOException, InterruptedException {
        ClusterProcess cluster = new ClusterProcess(work, new Loopback(), List.of(flags));
        try {
            return cluster.found(programs);
        } catch (IOException | InterruptedException | RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    /** Adds a member to this list, not to the cluster. */
    Member define(String name, Path program) {
        int number = made++;
        Member member = new Member(
                name,
                program,
                network.host(number),
                network.launcher(number),
                work.resolve(name),
                Transports.added(program, flags));
        members.add(member);
        return member;
    }

    /** Takes a member, which the cluster has removed, out of this list. */
    void forget(Member member) {
        members.remove(member);
    }

    /** Adds a member to the cluster and starts it; it is not waited for. */
    Member join(String name, Path program, String... options) throws IOException, InterruptedException {
        String all = endpoints();
        Member member = define(name, program);
        List<String> add = new ArrayList<>(List.of("member", "add", name, "--peer-urls=" + member.peerUrl()));
        add.addAll(List.of(options));
        retried(() -> etcdctlAt(all, add.toArray(String[]::new))); // a cluster that was just changed may say: unhealthy
        member.begin(initialCluster(), "existing");
        return member;
    }

    /**
     * Returns the members.
     *
     * @return in the order in which they were made; unmodifiable
     */
    public List<Member> members() {
        return Collections.unmodifiableList(members);
    }

    /**
     * Returns a member.
     *
     * @param number its place in the list
     * @return the member
     */
    public Member member(int number) {
        return members.get(number);
    }

    /**
     * Returns the network between the members.
     *
     * @return the one that was given
     */
    public Network network() {
        return network;
    }

    String initialCluster() {
        return members.stream()
                .map(member -> member.name() + "=" + member.peerUrl())
                .collect(Collectors.joining(","));
    }

    String endpoints() {
        return members.stream().map(Member::endpoint).collect(Collectors.joining(","));
    }

    /** Runs etcdctl, which is told where all members are. */
    Program etcdctl(String... arguments) throws IOException, InterruptedException {
        return etcdctlAt(endpoints(), arguments);
    }

    static Program etcdctlAt(String endpoints, String... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(RealEtcd.programOrSkip("etcdctl").toString(), "--endpoints=" + endpoints));
        command.addAll(List.of(arguments));
        return Program.run(command);
    }

    /** Something that is run again until it succeeds. */
    interface Attempt {
        Program run() throws IOException, InterruptedException;
    }

    static String retried(Attempt attempt) throws IOException, InterruptedException {
        Program last = attempt.run();
        for (int i = 0; i < POLLS_MAX && last.exitCode() != 0; i++) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(POLL_MILLIS));
            last = attempt.run();
        }
        if (last.exitCode() != 0) {
            throw new IOException("no success in many attempts: " + last);
        }
        return last.out();
    }

    /** Returns the id of a member, as etcdctl wants it. */
    String id(Member member) throws IOException, InterruptedException {
        return Long.toHexString(number(MEMBER_ID, status(member)));
    }

    /**
     * Returns the member that leads, waiting until there is one.
     *
     * @return the leader
     * @throws IOException if there is none for long
     * @throws InterruptedException if the caller is interrupted
     */
    public Member leader() throws IOException, InterruptedException {
        for (int i = 0; i < POLLS_MAX; i++) {
            for (Member member : members) {
                Program answer = member.isRunning() ? member.etcdctl("endpoint", "status", "-w", "json") : null;
                if (answer != null
                        && answer.exitCode() == 0
                        && number(MEMBER_ID, answer.out()) == number(LEADER, answer.out())) {
                    return member;
                }
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(POLL_MILLIS));
        }
        throw new IOException("no leader");
    }

    /** Makes a member the leader. */
    void lead(Member member) throws IOException, InterruptedException {
        Member leader = leader();
        if (!leader.equals(member)) {
            String id = id(member);
            retried(() -> leader().etcdctl("move-leader", id));
        }
    }

    private static String status(Member member) throws IOException, InterruptedException {
        return retried(() -> member.etcdctl("endpoint", "status", "-w", "json"));
    }

    private static long number(Pattern pattern, String text) {
        Matcher found = pattern.matcher(text);
        return found.find() ? Long.parseUnsignedLong(found.group(1)) : 0;
    }

    /** Returns the hashes that the members give for the revision at which the cluster is, once all have come there. */
    List<Long> hashes() throws IOException, InterruptedException {
        String at = String.valueOf(
                number(Pattern.compile("\"revision\":([0-9]+)"), retried(() -> etcdctl("get", "none", "-w", "json"))));
        List<Long> hashes = new ArrayList<>();
        for (Member member : members) {
            String answer = retried(() -> member.etcdctl("endpoint", "hashkv", "--rev=" + at, "-w", "json"));
            hashes.add(number(HASH, answer));
        }
        return hashes;
    }

    @Override
    public void close() {
        members.forEach(Member::close);
        network.close();
    }
}
