/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.schema;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.storage.Bucket;
import java.util.List;
import org.apiguardian.api.API;

/**
 * The buckets of the store and the fixed keys in them.
 *
 * <p>Numbers are written into stores and are never changed. Source: etcd v3.7.1,
 * {@code server/storage/schema/bucket.go}.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class Buckets {
    /** Records of keys, by revision ({@link RevisionKeys}). */
    public static final Bucket KEY = new Bucket("key", 1);

    /** Marks of the member: see the constants below. */
    public static final Bucket META = new Bucket("meta", 2);

    /** Leases by id ({@link LeaseRecord}). */
    public static final Bucket LEASE = new Bucket("lease", 3);

    /** Alarms ({@link AlarmRecords}). */
    public static final Bucket ALARM = new Bucket("alarm", 4);

    /** Whether auth is on, and its revision. */
    public static final Bucket AUTH = new Bucket("auth", 5);

    /** Users by name. */
    public static final Bucket AUTH_USERS = new Bucket("authUsers", 6);

    /** Roles by name. */
    public static final Bucket AUTH_ROLES = new Bucket("authRoles", 7);

    /** Version and downgrade of the cluster. */
    public static final Bucket CLUSTER = new Bucket("cluster", 8);

    /** Members by id ({@link MemberRecords}). */
    public static final Bucket MEMBERS = new Bucket("members", 9);

    /** Ids of members that were removed. */
    public static final Bucket MEMBERS_REMOVED = new Bucket("members_removed", 10);

    /** Every bucket, by name: the order in which a bbolt file has them. */
    public static final List<Bucket> ALL =
            List.of(ALARM, AUTH, AUTH_ROLES, AUTH_USERS, CLUSTER, KEY, LEASE, MEMBERS, MEMBERS_REMOVED, META);

    /** In {@link #META}: index of the last applied entry, a big-endian long. */
    public static final Bytes CONSISTENT_INDEX = Bytes.utf8("consistent_index");

    /** In {@link #META}: term of that entry, a big-endian long; not there while it is 0. */
    public static final Bytes TERM = Bytes.utf8("term");

    /** In {@link #META}: a {@link ConfStateRecord}. */
    public static final Bytes CONF_STATE = Bytes.utf8("confState");

    /** In {@link #META}: version of the schema as text. */
    public static final Bytes STORAGE_VERSION = Bytes.utf8("storageVersion");

    /** In {@link #META}: revision of the compaction begun last, as key of that revision. */
    public static final Bytes SCHEDULED_COMPACT_REVISION = Bytes.utf8("scheduledCompactRev");

    /** In {@link #META}: revision of the compaction finished last, as key of that revision. */
    public static final Bytes FINISHED_COMPACT_REVISION = Bytes.utf8("finishedCompactRev");

    /** In {@link #AUTH}: one byte, 1 if auth is on. */
    public static final Bytes AUTH_ENABLED = Bytes.utf8("authEnabled");

    /** In {@link #AUTH}: revision of users and roles, a big-endian long. */
    public static final Bytes AUTH_REVISION = Bytes.utf8("authRevision");

    /** In {@link #CLUSTER}: version of the cluster as text. */
    public static final Bytes CLUSTER_VERSION = Bytes.utf8("clusterVersion");

    /** In {@link #CLUSTER}: a {@link DowngradeRecord}. */
    public static final Bytes DOWNGRADE = Bytes.utf8("downgrade");

    private Buckets() {}

    /**
     * Encodes a number as the eight bytes that {@link #CONSISTENT_INDEX} and its like hold.
     *
     * @param value the number
     * @return big-endian bytes
     */
    public static Bytes longBytes(long value) {
        byte[] bytes = new byte[Long.BYTES];
        for (int i = 0; i < Long.BYTES; i++) {
            bytes[i] = (byte) (value >>> (56 - 8 * i));
        }
        return Bytes.wrap(bytes);
    }

    /**
     * Decodes what {@link #longBytes} made.
     *
     * @param bytes eight bytes
     * @return the number
     * @throws IllegalArgumentException if they are not eight
     */
    public static long longValue(Bytes bytes) {
        if (bytes.length() != Long.BYTES) {
            throw new IllegalArgumentException("a number has " + bytes.length() + " bytes instead of 8");
        }
        long value = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            value = value << 8 | (bytes.at(i) & 0xFF);
        }
        return value;
    }
}
