/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.spi;

import java.util.EnumSet;
import java.util.Set;
import org.apiguardian.api.API;

/**
 * What a {@link Message} says, and which of its fields mean something then; {@link #ordinal()} is the number in
 * {@code raftpb.MessageType}.
 *
 * <p>Messages marked "local" never cross the network. Source: etcd-io/raft v3.7.0, {@code doc.go}.
 */
@API(status = API.Status.EXPERIMENTAL)
public enum MessageType {
    /** Local: stand for election. */
    HUP("MsgHup"),
    /** Local: the leader sends heartbeats. */
    BEAT("MsgBeat"),
    /** Proposes {@code entries} (type and data only). Has no term. */
    PROPOSE("MsgProp"),
    /** Appends {@code entries} behind the entry ({@code logTerm}, {@code index}); {@code commit} is the leader's. */
    APPEND("MsgApp"),
    /**
     * Acknowledges everything up to {@code index}; or refuses ({@code reject}) to append behind {@code index} and says
     * where the logs may meet: ({@code logTerm}, {@code rejectHint}).
     */
    APPEND_RESPONSE("MsgAppResp"),
    /** Asks for a vote; the candidate's log ends with ({@code logTerm}, {@code index}). */
    VOTE("MsgVote"),
    /** Gives a vote or refuses it ({@code reject}). */
    VOTE_RESPONSE("MsgVoteResp"),
    /** Installs {@code snapshot}. */
    SNAPSHOT("MsgSnap"),
    /** Says that the leader lives; {@code commit} is not above what the follower has, {@code context} marks reads. */
    HEARTBEAT("MsgHeartbeat"),
    /** Answers a heartbeat with its {@code context}. */
    HEARTBEAT_RESPONSE("MsgHeartbeatResp"),
    /** Local: the last message to {@code from} was lost. */
    UNREACHABLE("MsgUnreachable"),
    /** Local: the snapshot to {@code from} has arrived, or was lost ({@code reject}). */
    SNAPSHOT_STATUS("MsgSnapStatus"),
    /** Local: the leader looks whether a quorum was active. */
    CHECK_QUORUM("MsgCheckQuorum"),
    /** Asks that leadership goes to {@code from}. */
    TRANSFER_LEADER("MsgTransferLeader"),
    /** Tells the receiver to stand for election at once. */
    TIMEOUT_NOW("MsgTimeoutNow"),
    /** Asks for a read index; {@code entries} holds one entry whose data marks the request. Has no term. */
    READ_INDEX("MsgReadIndex"),
    /** Answers with the read {@code index} and the entries of the request. */
    READ_INDEX_RESPONSE("MsgReadIndexResp"),
    /** Asks who would vote in the term after this one. */
    PRE_VOTE("MsgPreVote"),
    /** Answers that question. */
    PRE_VOTE_RESPONSE("MsgPreVoteResp"),
    /**
     * Local, to {@link Message#LOG_STORAGE}: make {@code entries}, {@code snapshot} and, if one of them is not 0, the
     * hard state ({@code term}, {@code vote}, {@code commit}) durable, then deliver {@code responses}.
     */
    STORAGE_APPEND("MsgStorageAppend"),
    /** Local: the log is durable up to ({@code logTerm}, {@code index}), and so is {@code snapshot}. */
    STORAGE_APPEND_RESPONSE("MsgStorageAppendResp"),
    /** Local, to {@link Message#STATE_MACHINE}: apply {@code entries}, then deliver {@code responses}. */
    STORAGE_APPLY("MsgStorageApply"),
    /** Local: {@code entries} are applied. */
    STORAGE_APPLY_RESPONSE("MsgStorageApplyResp"),
    /** Local: a follower forgets its leader, but not its term or vote. */
    FORGET_LEADER("MsgForgetLeader");

    private static final Set<MessageType> LOCAL = EnumSet.of(
            HUP,
            BEAT,
            UNREACHABLE,
            SNAPSHOT_STATUS,
            CHECK_QUORUM,
            STORAGE_APPEND,
            STORAGE_APPEND_RESPONSE,
            STORAGE_APPLY,
            STORAGE_APPLY_RESPONSE);
    private static final Set<MessageType> RESPONSES = EnumSet.of(
            APPEND_RESPONSE,
            VOTE_RESPONSE,
            HEARTBEAT_RESPONSE,
            UNREACHABLE,
            READ_INDEX_RESPONSE,
            PRE_VOTE_RESPONSE,
            STORAGE_APPEND_RESPONSE,
            STORAGE_APPLY_RESPONSE);

    private final String wireName;

    MessageType(String wireName) {
        this.wireName = wireName;
    }

    /**
     * Returns the name in {@code raftpb}.
     *
     * @return for example {@code MsgApp}
     */
    public String wireName() {
        return wireName;
    }

    /**
     * Tells whether a message of this type must not come from the network.
     *
     * @return true for a local one
     */
    public boolean isLocal() {
        return LOCAL.contains(this);
    }

    /**
     * Tells whether a message of this type answers another one, so that only a member's counts.
     *
     * @return true for a response
     */
    public boolean isResponse() {
        return RESPONSES.contains(this);
    }
}
