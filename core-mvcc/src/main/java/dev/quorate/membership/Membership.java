/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.membership;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.error.EtcdError;
import dev.quorate.api.error.EtcdException;
import dev.quorate.api.model.DowngradeInfo;
import dev.quorate.api.model.Member;
import dev.quorate.api.storage.StorageReader;
import dev.quorate.api.storage.StorageReader.Cursor;
import dev.quorate.api.storage.WriteBatch;
import dev.quorate.schema.Buckets;
import dev.quorate.schema.ConfStateRecord;
import dev.quorate.schema.DowngradeRecord;
import dev.quorate.schema.MemberRecords;
import dev.quorate.schema.V2StoreRecord;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Who is in the cluster, who was, and on which version they agree: replicated state beside the keys.
 *
 * <p>Changed by the thread that applies, which gives a batch for the rows; read by any thread, which sees one whole
 * state. Source: etcd v3.7.1, {@code server/etcdserver/api/membership/cluster.go}.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class Membership {
    private record State(
            SortedMap<Long, Member> members,
            Set<Long> removed,
            String clusterVersion,
            String storageVersion,
            DowngradeInfo downgrade) {}

    private volatile State state;

    private Membership(State state) {
        this.state = state;
    }

    /**
     * Reads what a store knows.
     *
     * @param rows the store
     * @return the membership; without members in a new store
     */
    public static Membership restore(StorageReader rows) {
        return new Membership(read(rows));
    }

    /**
     * Reads again what a store knows, after other rows were put in place.
     *
     * @param rows the store
     */
    public void reload(StorageReader rows) {
        state = read(rows);
    }

    private static State read(StorageReader rows) {
        TreeMap<Long, Member> members = new TreeMap<>(Long::compareUnsigned);
        try (Cursor cursor = rows.scan(Buckets.MEMBERS, Bytes.EMPTY, null, false)) {
            while (cursor.next()) {
                Member member = MemberRecords.decode(cursor.value());
                members.put(member.id(), member);
            }
        }
        Set<Long> removed = new TreeSet<>(Long::compareUnsigned);
        try (Cursor cursor = rows.scan(Buckets.MEMBERS_REMOVED, Bytes.EMPTY, null, false)) {
            while (cursor.next()) {
                removed.add(MemberRecords.id(cursor.key()));
            }
        }
        Bytes version = rows.get(Buckets.CLUSTER, Buckets.CLUSTER_VERSION);
        Bytes storage = rows.get(Buckets.META, Buckets.STORAGE_VERSION);
        Bytes downgrade = rows.get(Buckets.CLUSTER, Buckets.DOWNGRADE);
        return new State(
                members,
                removed,
                version == null ? "" : version.toUtf8(),
                storage == null ? "" : storage.toUtf8(),
                downgrade == null ? new DowngradeInfo(false, "") : DowngradeRecord.decode(downgrade));
    }

    /**
     * Lists the members.
     *
     * @return all of them, by id
     */
    public List<Member> members() {
        return List.copyOf(state.members.values());
    }

    /**
     * Finds a member.
     *
     * @param id the member
     * @return the member, or null if it is not in the cluster
     */
    public @Nullable Member member(long id) {
        return state.members.get(id);
    }

    /**
     * Lists those who vote.
     *
     * @return the members that are no learners, by id
     */
    public List<Member> voters() {
        return state.members.values().stream()
                .filter(member -> !member.learner())
                .toList();
    }

    /**
     * Lists who was removed.
     *
     * @return ids, ascending as unsigned numbers
     */
    public List<Long> removed() {
        return List.copyOf(state.removed);
    }

    /**
     * Tells whether a member only learns.
     *
     * @param id the member
     * @return true if it does; false if it votes or is not known
     */
    public boolean isLearner(long id) {
        Member member = state.members.get(id);
        return member != null && member.learner();
    }

    /**
     * Tells whether a member was removed. It never comes back.
     *
     * @param id the member
     * @return true if it was
     */
    public boolean isRemoved(long id) {
        return state.removed.contains(id);
    }

    /**
     * Returns the version that the members agree on.
     *
     * @return such as {@code 3.7.0}; empty until it is decided
     */
    public String clusterVersion() {
        return state.clusterVersion;
    }

    /**
     * Returns the version of the stored schema.
     *
     * @return such as {@code 3.7.0}; empty until it is written
     */
    public String storageVersion() {
        return state.storageVersion;
    }

    /**
     * Returns the downgrade that is under way.
     *
     * @return the downgrade, not enabled if there is none
     */
    public DowngradeInfo downgrade() {
        return state.downgrade;
    }

    /**
     * Checks a change at its place in the log: all members come to the same answer.
     *
     * @param change the change
     * @param learnersMax how many learners there may be
     * @throws EtcdException if it may not be: {@code MEMBER_NOT_FOUND} (also for a member that was removed),
     *     {@code MEMBER_EXIST}, {@code PEER_URL_EXIST}, {@code TOO_MANY_LEARNERS}, {@code MEMBER_NOT_LEARNER}
     */
    public void check(MembershipChange change, int learnersMax) {
        State now = state;
        Member known = now.members.get(change.id());
        if (now.removed.contains(change.id())) {
            throw EtcdError.MEMBER_NOT_FOUND.exception();
        }
        if (change instanceof MembershipChange.Add add) {
            if (known != null) {
                throw EtcdError.MEMBER_EXIST.exception();
            }
            checkUrls(now, add.member().peerUrls(), add.id());
            long learners =
                    now.members.values().stream().filter(Member::learner).count();
            if (add.member().learner() && learners + 1 > learnersMax) {
                throw EtcdError.TOO_MANY_LEARNERS.exception();
            }
            return;
        }
        if (known == null) {
            throw EtcdError.MEMBER_NOT_FOUND.exception();
        }
        if (change instanceof MembershipChange.Promote && !known.learner()) {
            throw EtcdError.MEMBER_NOT_LEARNER.exception();
        } else if (change instanceof MembershipChange.Update update) {
            checkUrls(now, update.peerUrls(), update.id());
        }
    }

    private static void checkUrls(State now, List<String> urls, long own) {
        for (Member other : now.members.values()) {
            if (other.id() != own && other.peerUrls().stream().anyMatch(urls::contains)) {
                throw EtcdError.PEER_URL_EXIST.exception();
            }
        }
    }

    /**
     * Makes a change. One of a member that is not known, or is known already, does what it can: it was checked.
     *
     * @param change the change
     * @param batch takes the rows
     */
    public void apply(MembershipChange change, WriteBatch batch) {
        if (change instanceof MembershipChange.Remove) {
            remove(change.id(), batch);
            return;
        }
        Member known = state.members.get(change.id());
        if (change instanceof MembershipChange.Add add) {
            put(add.member(), batch);
        } else if (known != null && change instanceof MembershipChange.Update update) {
            put(new Member(known.id(), known.name(), update.peerUrls(), known.clientUrls(), known.learner()), batch);
        } else if (known != null) {
            put(new Member(known.id(), known.name(), known.peerUrls(), known.clientUrls(), false), batch);
        }
    }

    private void put(Member member, WriteBatch batch) {
        SortedMap<Long, Member> next = copy();
        next.put(member.id(), member);
        batch.put(Buckets.MEMBERS, MemberRecords.key(member.id()), MemberRecords.encode(member));
        state = new State(next, state.removed, state.clusterVersion, state.storageVersion, state.downgrade);
        writeConfState(next.values(), batch);
    }

    private void remove(long id, WriteBatch batch) {
        SortedMap<Long, Member> next = copy();
        next.remove(id);
        batch.delete(Buckets.MEMBERS, MemberRecords.key(id));
        batch.put(Buckets.MEMBERS_REMOVED, MemberRecords.key(id), MemberRecords.REMOVED);
        Set<Long> removed = new TreeSet<>(Long::compareUnsigned);
        removed.addAll(state.removed);
        removed.add(id);
        state = new State(next, removed, state.clusterVersion, state.storageVersion, state.downgrade);
        writeConfState(next.values(), batch);
    }

    /**
     * Notes under which name and where a member serves clients. Ignored if it is not in the cluster.
     *
     * @param id the member
     * @param name its name
     * @param clientUrls where clients reach it
     * @param batch takes the row
     */
    public void setAttributes(long id, String name, List<String> clientUrls, WriteBatch batch) {
        SortedMap<Long, Member> next = copy();
        Member known = next.get(id);
        if (known == null) {
            return;
        }
        Member named = new Member(id, name, known.peerUrls(), clientUrls, known.learner());
        next.put(id, named);
        batch.put(Buckets.MEMBERS, MemberRecords.key(id), MemberRecords.encode(named));
        state = new State(next, state.removed, state.clusterVersion, state.storageVersion, state.downgrade);
    }

    /**
     * Notes the version that the members agree on; the stored schema follows it, but not to
     * {@link VersionDecision#LEAST}, which only says that it is not known yet.
     *
     * @param version such as {@code 3.7.0}
     * @param batch takes the rows
     */
    public void setClusterVersion(String version, WriteBatch batch) {
        batch.put(Buckets.CLUSTER, Buckets.CLUSTER_VERSION, Bytes.utf8(version));
        String storage = version.equals(VersionDecision.LEAST.toString()) ? state.storageVersion : version;
        if (!storage.isEmpty()) {
            batch.put(Buckets.META, Buckets.STORAGE_VERSION, Bytes.utf8(storage));
        }
        state = new State(state.members, state.removed, version, storage, state.downgrade);
    }

    /**
     * Notes that a downgrade begins or ends.
     *
     * @param enabled whether it is under way
     * @param version to which version
     * @param batch takes the row
     */
    public void setDowngrade(boolean enabled, String version, WriteBatch batch) {
        DowngradeInfo downgrade = new DowngradeInfo(enabled, enabled ? version : "");
        batch.put(Buckets.CLUSTER, Buckets.DOWNGRADE, DowngradeRecord.encode(downgrade));
        state = new State(state.members, state.removed, state.clusterVersion, state.storageVersion, downgrade);
    }

    /**
     * Tells all of it in the form that etcd keeps in its {@code .snap} files.
     *
     * @return JSON
     */
    public Bytes snapshotFileContent() {
        State now = state;
        return V2StoreRecord.encode(now.members.values(), now.removed, now.clusterVersion);
    }

    private SortedMap<Long, Member> copy() {
        return new TreeMap<>(state.members);
    }

    private static void writeConfState(Collection<Member> members, WriteBatch batch) {
        List<Long> voters = members.stream()
                .filter(member -> !member.learner())
                .map(Member::id)
                .toList();
        List<Long> learners =
                members.stream().filter(Member::learner).map(Member::id).toList();
        batch.put(
                Buckets.META,
                Buckets.CONF_STATE,
                ConfStateRecord.of(voters, learners).encode());
    }
}
