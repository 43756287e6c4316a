/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.membership;

import dev.quorate.api.bytes.Bytes;
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
     * Adds a member, or replaces what is known of it. What was published under its id stays known.
     *
     * @param member the member
     * @param batch takes the rows
     */
    public void add(Member member, WriteBatch batch) {
        SortedMap<Long, Member> next = copy();
        Member known = next.get(member.id());
        Member added = known == null
                ? member
                : new Member(member.id(), known.name(), member.peerUrls(), known.clientUrls(), member.learner());
        next.put(member.id(), added);
        batch.put(Buckets.MEMBERS, MemberRecords.key(member.id()), MemberRecords.encode(added));
        replaceMembers(next, batch);
    }

    /**
     * Removes a member for good.
     *
     * @param id the member
     * @param batch takes the rows
     */
    public void remove(long id, WriteBatch batch) {
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
     * Notes the version that the members agree on; the stored schema follows it.
     *
     * @param version such as {@code 3.7.0}
     * @param batch takes the rows
     */
    public void setClusterVersion(String version, WriteBatch batch) {
        batch.put(Buckets.CLUSTER, Buckets.CLUSTER_VERSION, Bytes.utf8(version));
        batch.put(Buckets.META, Buckets.STORAGE_VERSION, Bytes.utf8(version));
        state = new State(state.members, state.removed, version, version, state.downgrade);
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

    private void replaceMembers(SortedMap<Long, Member> next, WriteBatch batch) {
        state = new State(next, state.removed, state.clusterVersion, state.storageVersion, state.downgrade);
        writeConfState(next.values(), batch);
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
