/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.schema;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.Member;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * Members as bucket {@code members} and the entries that change the membership hold them: JSON.
 *
 * <p>Source: etcd v3.7.1, {@code server/etcdserver/api/membership/member.go}, {@code cluster.go}.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class MemberRecords {
    /** The row of a removed member in bucket {@code members_removed}. */
    public static final Bytes REMOVED = Bytes.utf8("removed");

    private MemberRecords() {}

    /**
     * The context of a change of membership.
     *
     * @param member the member as it will be
     * @param promote whether it is a learner that becomes a voter
     */
    public record Context(Member member, boolean promote) {}

    /**
     * Returns the key of a member in buckets {@code members} and {@code members_removed}.
     *
     * @param id the member, unsigned
     * @return lower hexadecimal digits without leading zeroes
     */
    public static Bytes key(long id) {
        return Bytes.utf8(Long.toHexString(id));
    }

    /**
     * Decodes a key.
     *
     * @param key the key
     * @return the id of the member, unsigned
     * @throws IllegalArgumentException if it is no hexadecimal number
     */
    public static long id(Bytes key) {
        return Long.parseUnsignedLong(key.toUtf8(), 16);
    }

    /**
     * Encodes a member.
     *
     * @param member the member
     * @return the JSON
     */
    public static Bytes encode(Member member) {
        return fields(member).toBytes();
    }

    /**
     * Decodes a member.
     *
     * @param json the JSON
     * @return the member
     * @throws IllegalArgumentException if it is no such JSON
     */
    public static Member decode(Bytes json) {
        return decodeContext(json).member();
    }

    /**
     * Decodes the list of members that a member shows to others.
     *
     * @param json the JSON
     * @return the members in their order there
     * @throws IllegalArgumentException if it is no such JSON
     */
    public static List<Member> decodeList(Bytes json) {
        return JsonReader.elements(json).stream().map(MemberRecords::decode).toList();
    }

    /**
     * Encodes the context of a change that adds or promotes a member. (A change of addresses has the member alone.)
     *
     * @param context the context
     * @return the JSON
     */
    public static Bytes encodeContext(Context context) {
        return fields(context.member()).bool("isPromote", context.promote()).toBytes();
    }

    /**
     * Decodes the context of a change, with or without the mark of a promotion.
     *
     * @param json the JSON
     * @return the context
     * @throws IllegalArgumentException if it is no such JSON
     */
    public static Context decodeContext(Bytes json) {
        long id = 0;
        String name = "";
        List<String> peerUrls = List.of();
        List<String> clientUrls = List.of();
        boolean learner = false;
        boolean promote = false;
        JsonReader reader = new JsonReader(json);
        while (reader.next()) {
            switch (reader.name()) {
                case "id" -> id = reader.number();
                case "peerURLs" -> peerUrls = reader.strings();
                case "isLearner" -> learner = reader.bool();
                case "name" -> name = reader.string();
                case "clientURLs" -> clientUrls = reader.strings();
                case "isPromote" -> promote = reader.bool();
                default -> reader.skip();
            }
        }
        return new Context(new Member(id, name, peerUrls, clientUrls, learner), promote);
    }

    /**
     * Encodes members as one member tells another one who is in the cluster.
     *
     * @param members the members
     * @return the JSON, with the line end that etcd sends
     */
    public static Bytes encodeAll(Collection<Member> members) {
        return Bytes.utf8(
                members.stream().map(member -> fields(member).toText()).collect(Collectors.joining(",", "[", "]\n")));
    }

    private static JsonWriter fields(Member member) {
        JsonWriter writer = new JsonWriter().number("id", member.id()).strings("peerURLs", member.peerUrls());
        if (member.learner()) {
            writer.bool("isLearner", true);
        }
        if (!member.name().isEmpty()) {
            writer.string("name", member.name());
        }
        if (!member.clientUrls().isEmpty()) {
            writer.strings("clientURLs", member.clientUrls());
        }
        return writer;
    }
}
