/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.error;

import org.apiguardian.api.API;

/**
 * Every outcome that clients know by its code and exact text.
 *
 * <p>Clients compare both, so neither is ever changed; transports only translate. The code is the one that goes over
 * the wire. Two codes surprise: {@link #MEMBER_NOT_ENOUGH_STARTED} and {@link #REQUEST_TOO_MANY_REQUESTS} arrive as
 * {@link StatusCode#UNKNOWN}, as etcd 3.7 sends them. Source: etcd v3.7.1, {@code api/v3rpc/rpctypes/error.go} and
 * {@code server/etcdserver/api/v3rpc/util.go}.
 */
@API(status = API.Status.EXPERIMENTAL)
public enum EtcdError {
    /** Range/RangeStream/Put/DeleteRange key empty; Txn compare key empty or nested op key empty. */
    EMPTY_KEY(StatusCode.INVALID_ARGUMENT, "etcdserver: key is not provided"),
    /**
     * Put with ignore_value/ignore_lease on missing key; Txn op whose oneof is empty (code is InvalidArgument, not
     * NotFound).
     */
    KEY_NOT_FOUND(StatusCode.INVALID_ARGUMENT, "etcdserver: key not found"),
    /** Put ignore_value=true with non-empty value. */
    VALUE_PROVIDED(StatusCode.INVALID_ARGUMENT, "etcdserver: value is provided"),
    /** Put ignore_lease=true with lease != 0. */
    LEASE_PROVIDED(StatusCode.INVALID_ARGUMENT, "etcdserver: lease is provided"),
    /** Txn max(compare,success,failure) over max-txn-ops, nested budget included. */
    TOO_MANY_OPS(StatusCode.INVALID_ARGUMENT, "etcdserver: too many operations in txn request"),
    /** Txn puts same key twice or put overlaps delete in same branch (see grpc-api.md). */
    DUPLICATE_KEY(StatusCode.INVALID_ARGUMENT, "etcdserver: duplicate key given in txn request"),
    /** Metadata client-api-version is not valid UTF-8 (since 3.6). */
    INVALID_CLIENT_API_VERSION(StatusCode.INVALID_ARGUMENT, "etcdserver: invalid client api version"),
    /** Range sort_order or sort_target outside enum (since 3.6). */
    INVALID_SORT_OPTION(StatusCode.INVALID_ARGUMENT, "etcdserver: invalid sort option"),
    /**
     * Range/HashKV revision below compact revision; Compact revision &lt;= compact revision; text also as watch
     * cancel_reason for start_revision &lt; 0.
     */
    COMPACTED(StatusCode.OUT_OF_RANGE, "etcdserver: mvcc: required revision has been compacted"),
    /** Range/HashKV/Compact revision above current revision. */
    FUTURE_REV(StatusCode.OUT_OF_RANGE, "etcdserver: mvcc: required revision is a future revision"),
    /** Quota check fails or NOSPACE alarm active on Put / LeaseGrant / Txn with puts. */
    NO_SPACE(StatusCode.RESOURCE_EXHAUSTED, "etcdserver: mvcc: database space exceeded"),
    /**
     * Put/Txn with unknown lease; LeaseRevoke of unknown lease (KeepAlive and TimeToLive answer TTL 0 / -1 instead).
     */
    LEASE_NOT_FOUND(StatusCode.NOT_FOUND, "etcdserver: requested lease not found"),
    /** LeaseGrant with an ID in use. */
    LEASE_EXIST(StatusCode.FAILED_PRECONDITION, "etcdserver: lease already exists"),
    /** LeaseGrant TTL &gt; 9000000000. */
    LEASE_TTL_TOO_LARGE(StatusCode.OUT_OF_RANGE, "etcdserver: too large lease TTL"),
    /** Watch stream ended because its context was cancelled. */
    WATCH_CANCELED(StatusCode.CANCELED, "etcdserver: watch canceled"),
    /** MemberAdd produced an ID already in the cluster. */
    MEMBER_EXIST(StatusCode.FAILED_PRECONDITION, "etcdserver: member ID already exist"),
    /** MemberAdd/MemberUpdate peer URL used by another member. */
    PEER_URL_EXIST(StatusCode.FAILED_PRECONDITION, "etcdserver: Peer URLs already exists"),
    /**
     * Strict-reconfig-check add/remove/promote would leave started members below quorum. ON THE WIRE the code is
     * Unknown(2): the map points to the client-side error object.
     */
    MEMBER_NOT_ENOUGH_STARTED(
            StatusCode.UNKNOWN, "etcdserver: re-configuration failed due to not enough started members"),
    /** MemberAdd peer URLs empty or malformed. */
    MEMBER_BAD_URLS(StatusCode.INVALID_ARGUMENT, "etcdserver: given member URLs are invalid"),
    /** MemberRemove/Update/Promote id unknown or already removed. */
    MEMBER_NOT_FOUND(StatusCode.NOT_FOUND, "etcdserver: member not found"),
    /** MemberPromote of a voting member. */
    MEMBER_NOT_LEARNER(StatusCode.FAILED_PRECONDITION, "etcdserver: can only promote a learner member"),
    /** MemberPromote while learner match index &lt; 90% of leader, or leader has no progress for it. */
    LEARNER_NOT_READY(
            StatusCode.FAILED_PRECONDITION,
            "etcdserver: can only promote a learner member which is in sync with leader"),
    /** Adding a learner over max-learners (default 1). */
    TOO_MANY_LEARNERS(StatusCode.FAILED_PRECONDITION, "etcdserver: too many learner members in cluster"),
    /** Client/proxy side check of cluster id (lease/hash peers); not produced by normal RPC handlers. */
    CLUSTER_ID_MISMATCH(StatusCode.FAILED_PRECONDITION, "etcdserver: cluster ID mismatch"),
    /** Marshalled InternalRaftRequest &gt; max-request-bytes. */
    REQUEST_TOO_LARGE(StatusCode.INVALID_ARGUMENT, "etcdserver: request is too large"),
    /**
     * Committed index - applied index &gt; 5000 (10000 for LeaseRevoke with PriorityRequest). ON THE WIRE Unknown(2),
     * same reason as above.
     */
    REQUEST_TOO_MANY_REQUESTS(StatusCode.UNKNOWN, "etcdserver: too many requests"),
    /** AuthEnable without user root. */
    ROOT_USER_NOT_EXIST(StatusCode.FAILED_PRECONDITION, "etcdserver: root user does not exist"),
    /** AuthEnable when user root lacks role root. */
    ROOT_ROLE_NOT_EXIST(StatusCode.FAILED_PRECONDITION, "etcdserver: root user does not have root role"),
    /** UserAdd existing name. */
    USER_ALREADY_EXIST(StatusCode.FAILED_PRECONDITION, "etcdserver: user name already exists"),
    /** UserAdd empty name; or auth enabled and the request carries no user (also watch cancel_reason). */
    USER_EMPTY(StatusCode.INVALID_ARGUMENT, "etcdserver: user name is empty"),
    /** UserGet/Delete/ChangePassword/GrantRole/RevokeRole unknown user; admin check for a token whose user is gone. */
    USER_NOT_FOUND(StatusCode.FAILED_PRECONDITION, "etcdserver: user name not found"),
    /** RoleAdd existing name. */
    ROLE_ALREADY_EXIST(StatusCode.FAILED_PRECONDITION, "etcdserver: role name already exists"),
    /** RoleGet/Delete/GrantPermission/RevokePermission unknown role; UserGrantRole of unknown role other than root. */
    ROLE_NOT_FOUND(StatusCode.FAILED_PRECONDITION, "etcdserver: role name not found"),
    /** RoleAdd empty name. */
    ROLE_EMPTY(StatusCode.INVALID_ARGUMENT, "etcdserver: role name is empty"),
    /** Authenticate unknown user or wrong password. */
    AUTH_FAILED(StatusCode.INVALID_ARGUMENT, "etcdserver: authentication failed, invalid user ID or password"),
    /** RoleGrantPermission without perm message. */
    PERMISSION_NOT_GIVEN(StatusCode.INVALID_ARGUMENT, "etcdserver: permission not given"),
    /** Right missing for key range or not root for admin RPC. */
    PERMISSION_DENIED(StatusCode.PERMISSION_DENIED, "etcdserver: permission denied"),
    /** UserRevokeRole of a role the user does not hold. */
    ROLE_NOT_GRANTED(StatusCode.FAILED_PRECONDITION, "etcdserver: role is not granted to the user"),
    /** RoleRevokePermission of a range not granted. */
    PERMISSION_NOT_GRANTED(StatusCode.FAILED_PRECONDITION, "etcdserver: permission is not granted to the role"),
    /** Authenticate (or token use) while auth is off. */
    AUTH_NOT_ENABLED(StatusCode.FAILED_PRECONDITION, "etcdserver: authentication is not enabled"),
    /** Token unknown, expired or malformed; also gateway/clients after restart for simple tokens. */
    INVALID_AUTH_TOKEN(StatusCode.UNAUTHENTICATED, "etcdserver: invalid auth token"),
    /**
     * Auth enabled and deleting user/role root or revoking root from root; RoleGrantPermission with empty key or bad
     * range (3.6+).
     */
    INVALID_AUTH_MGMT(StatusCode.INVALID_ARGUMENT, "etcdserver: invalid auth management"),
    /** Auth revision of request header/token older than auth store at check or apply time. */
    AUTH_OLD_REVISION(StatusCode.INVALID_ARGUMENT, "etcdserver: revision of auth store is old"),
    /**
     * Hasleader metadata and no leader; registered streams when no leader for 3 election timeouts; waiting for leader
     * ended.
     */
    NO_LEADER(StatusCode.UNAVAILABLE, "etcdserver: no leader"),
    /** MoveLeader sent to a follower; PromoteMember internal. */
    NOT_LEADER(StatusCode.FAILED_PRECONDITION, "etcdserver: not leader"),
    /** Leader changed while waiting ReadIndex; LeaseTimeToLive when lessor demoted during lookup. */
    LEADER_CHANGED(StatusCode.UNAVAILABLE, "etcdserver: leader changed"),
    /** Cluster version not yet decided &gt;= 3.0 (Unavailable in &lt;=3.5). */
    NOT_CAPABLE(StatusCode.FAILED_PRECONDITION, "etcdserver: not capable"),
    /** Server stopping. */
    STOPPED(StatusCode.UNAVAILABLE, "etcdserver: server stopped"),
    /** Raft proposal, ReadIndex or forwarded lease call not finished in ReqTimeout (7s default). */
    TIMEOUT(StatusCode.UNAVAILABLE, "etcdserver: request timed out"),
    /** Proposal timed out and leader was lost within the window. */
    TIMEOUT_DUE_TO_LEADER_FAIL(
            StatusCode.UNAVAILABLE, "etcdserver: request timed out, possibly due to previous leader failure"),
    /** Proposal timed out and member not connected to quorum/leader. */
    TIMEOUT_DUE_TO_CONNECTION_LOST(
            StatusCode.UNAVAILABLE, "etcdserver: request timed out, possibly due to connection lost"),
    /** Lease renew / timetolive waited &gt; 1s for applied index on the leader. */
    TIMEOUT_WAIT_APPLIED_INDEX(
            StatusCode.UNAVAILABLE, "etcdserver: request timed out, waiting for the applied index took too long"),
    /** Strict-reconfig-check: member not connected to enough peers for 5s. */
    UNHEALTHY(StatusCode.UNAVAILABLE, "etcdserver: unhealthy cluster"),
    /**
     * CORRUPT alarm active: Put, DeleteRange, write Txn, Compact, LeaseGrant, LeaseRevoke (plain reads still answer).
     */
    CORRUPT(StatusCode.DATA_LOSS, "etcdserver: corrupt cluster"),
    /** RPC sent to a learner other than Status, serializable Range, Snapshot (Unavailable in &lt;=3.5). */
    NOT_SUPPORTED_FOR_LEARNER(StatusCode.FAILED_PRECONDITION, "etcdserver: rpc not supported for learner"),
    /** MoveLeader target unknown or learner. */
    BAD_LEADER_TRANSFEREE(StatusCode.FAILED_PRECONDITION, "etcdserver: bad leader transferee"),
    /** Downgrade version not parseable. */
    WRONG_DOWNGRADE_VERSION_FORMAT(StatusCode.INVALID_ARGUMENT, "etcdserver: wrong downgrade target version format"),
    /** Downgrade target is not cluster minor - 1. */
    INVALID_DOWNGRADE_TARGET_VERSION(StatusCode.INVALID_ARGUMENT, "etcdserver: invalid downgrade target version"),
    /** Downgrade while cluster version unknown (Unavailable in 3.5). */
    CLUSTER_VERSION_UNAVAILABLE(
            StatusCode.FAILED_PRECONDITION, "etcdserver: cluster version not found during downgrade"),
    /** Downgrade validate/enable while one is enabled. */
    DOWNGRADE_IN_PROCESS(StatusCode.FAILED_PRECONDITION, "etcdserver: cluster has a downgrade job in progress"),
    /** Downgrade cancel with none enabled (3.5; in 3.6/3.7 server logs it and answers OK). */
    NO_INFLIGHT_DOWNGRADE(StatusCode.FAILED_PRECONDITION, "etcdserver: no inflight downgrade job"),
    /**
     * Server-side wait cancelled (propose / lease renew); plain client cancel arrives as Canceled "context canceled".
     */
    CANCELED(StatusCode.CANCELED, "etcdserver: request canceled"),
    /** Reserved in map; plain deadline arrives as DeadlineExceeded "context deadline exceeded". */
    DEADLINE_EXCEEDED(StatusCode.DEADLINE_EXCEEDED, "etcdserver: context deadline exceeded"),
    /** Authenticate for a no_password user; UserChangePassword with bad hash. */
    NO_PASSWORD_USER(StatusCode.UNKNOWN, "auth: authentication failed, password was given for no password user"),
    /** Authenticate on a server with JWT public key only. */
    TOKEN_VERIFY_ONLY(StatusCode.UNKNOWN, "auth: token signing attempted with verify-only key"),
    /** LeaseKeepAlive on a leader that cannot confirm leadership. */
    NOT_PRIMARY_LESSOR(StatusCode.UNKNOWN, "not a primary lessor"),
    /** MoveLeader not finished in an election timeout. */
    TIMEOUT_LEADER_TRANSFER(StatusCode.UNKNOWN, "etcdserver: request timed out, leader transfer took too long"),
    /** Downgrade with unknown action. */
    UNKNOWN_METHOD(StatusCode.UNKNOWN, "etcdserver: unknown method"),
    /** No leader at propose time or leader transferring. */
    PROPOSAL_DROPPED(StatusCode.UNKNOWN, "raft proposal dropped"),
    /** UserAdd/ChangePassword with long password. */
    PASSWORD_TOO_LONG(StatusCode.UNKNOWN, "bcrypt: password length exceeds 72 bytes"),
    /** RangeStream with non-default sort (3.7). */
    STREAM_SORT_UNSUPPORTED(StatusCode.UNIMPLEMENTED, "RangeStream does not support custom sort orders"),
    /** RangeStream with min/max revision filter (3.7). */
    STREAM_FILTER_UNSUPPORTED(StatusCode.UNIMPLEMENTED, "RangeStream does not support revision filters"),
    /** Lock: session lease gone while waiting. */
    MUTEX_SESSION_EXPIRED(StatusCode.UNKNOWN, "mutex: session is expired"),
    /** Leader RPC with no holder. */
    ELECTION_NO_LEADER(StatusCode.UNKNOWN, "election: no leader"),
    /** Proclaim by a non-holder. */
    ELECTION_NOT_LEADER(StatusCode.UNKNOWN, "election: not leader"),
    /** Proclaim/Resign without leader. */
    ELECTION_LEADER_MISSING(StatusCode.UNKNOWN, "\"leader\" field must be provided"),
    /** Client cancelled unary call. */
    CONTEXT_CANCELED(StatusCode.CANCELED, "context canceled"),
    /** Client deadline passed. */
    CONTEXT_DEADLINE_EXCEEDED(StatusCode.DEADLINE_EXCEEDED, "context deadline exceeded"),
    /**
     * A lock or campaign names a lease that does not exist: the same text as {@link #LEASE_NOT_FOUND}, but without a
     * code.
     */
    LOCK_LEASE_NOT_FOUND(StatusCode.UNKNOWN, "etcdserver: requested lease not found");

    private final StatusCode code;
    private final String text;

    EtcdError(StatusCode code, String text) {
        this.code = code;
        this.text = text;
    }

    /**
     * Returns the code that clients see.
     *
     * @return the code
     */
    public StatusCode code() {
        return code;
    }

    /**
     * Returns the text that clients see, word for word.
     *
     * @return the text
     */
    public String text() {
        return text;
    }

    /**
     * Makes an exception of this outcome.
     *
     * @return an exception without a stack trace
     */
    public EtcdException exception() {
        return new EtcdException(this);
    }
}
