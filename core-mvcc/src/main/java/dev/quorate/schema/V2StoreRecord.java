/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.schema;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.Member;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apiguardian.api.API;

/**
 * The membership in the form in which etcd keeps it in its {@code .snap} files: the JSON of a store of version 2 that
 * holds nothing else.
 *
 * <pre>
 * /0/members/ID/raftAttributes     {"peerURLs":[…]}
 * /0/members/ID/attributes         {"name":"…","clientURLs":[…]}, once it is known
 * /0/removed_members/ID            an empty text
 * /0/version                       the version of the cluster, once it is known
 * /1                               the keys of version 2: none
 * </pre>
 *
 * <p>Each write has counted as one change, the first as change 1, and is in the list of past events. Source: etcd
 * v3.7.1, {@code server/etcdserver/cluster_util.go}, {@code server/etcdserver/api/v2store}; held against a file that it
 * wrote.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class V2StoreRecord {
    private static final int EVENTS_MAX = 1000;
    private static final String FOREVER = "0001-01-01T00:00:00Z";

    private final List<String> events = new ArrayList<>();
    private int created;
    private int set;

    private V2StoreRecord() {}

    /**
     * Encodes a membership.
     *
     * @param members who is in the cluster, by id
     * @param removed ids of those who were
     * @param clusterVersion on which version they agree, empty if that is not known
     * @return the JSON
     */
    public static Bytes encode(Collection<Member> members, Collection<Long> removed, String clusterVersion) {
        return Bytes.utf8(new V2StoreRecord().store(members, removed, clusterVersion));
    }

    private String store(Collection<Member> members, Collection<Long> removed, String clusterVersion) {
        StringBuilder children = new StringBuilder();
        if (!members.isEmpty()) {
            int first = events.size() + 1;
            StringBuilder each = new StringBuilder();
            for (Member member : members) {
                append(each, Long.toHexString(member.id()), member(member));
            }
            append(children, "members", folder("/0/members", first, each));
        }
        if (!removed.isEmpty()) {
            int first = events.size() + 1;
            StringBuilder each = new StringBuilder();
            for (long id : removed) {
                String name = Long.toHexString(id);
                append(each, name, file("create", "/0/removed_members/" + name, ""));
                created++;
            }
            append(children, "removed_members", folder("/0/removed_members", first, each));
        }
        if (!clusterVersion.isEmpty()) {
            append(children, "version", file("set", "/0/version", clusterVersion));
            set++;
        }
        StringBuilder top = new StringBuilder();
        append(top, "0", folder("/0", 0, children));
        append(top, "1", folder("/1", 0, new StringBuilder()));
        return "{\"Root\":" + folder("/", 0, top) + ",\"WatcherHub\":" + history() + ",\"CurrentIndex\":"
                + events.size() + ",\"Stats\":" + statistics() + ",\"CurrentVersion\":2}";
    }

    private String member(Member member) {
        int first = events.size() + 1;
        String path = "/0/members/" + Long.toHexString(member.id());
        JsonWriter addresses = new JsonWriter().strings("peerURLs", member.peerUrls());
        if (member.learner()) {
            addresses.bool("isLearner", true);
        }
        String raft = file("create", path + "/raftAttributes", addresses.toText());
        created++;
        StringBuilder files = new StringBuilder();
        if (!member.clientUrls().isEmpty()) {
            JsonWriter published = new JsonWriter();
            if (!member.name().isEmpty()) {
                published.string("name", member.name());
            }
            published.strings("clientURLs", member.clientUrls());
            append(files, "attributes", file("set", path + "/attributes", published.toText()));
            set++;
        }
        append(files, "raftAttributes", raft);
        return folder(path, first, files);
    }

    /** Writes a file; that is a change, and an event. */
    private String file(String action, String path, String value) {
        int index = events.size() + 1;
        events.add("{\"action\":\"" + action + "\",\"node\":{\"key\":\"" + path + "\",\"value\":"
                + JsonWriter.text(value) + ",\"modifiedIndex\":" + index + ",\"createdIndex\":" + index + "}}");
        return node(path, index, value, "null");
    }

    private static String folder(String path, int index, StringBuilder children) {
        return node(path, index, "", "{" + children + "}");
    }

    private static String node(String path, int index, String value, String children) {
        return "{\"Path\":\"" + path + "\",\"CreatedIndex\":" + index + ",\"ModifiedIndex\":" + index
                + ",\"ExpireTime\":\"" + FOREVER + "\",\"Value\":" + JsonWriter.text(value) + ",\"Children\":"
                + children + "}";
    }

    private static void append(StringBuilder children, String name, String node) {
        children.append(children.isEmpty() ? "" : ",")
                .append('"')
                .append(name)
                .append("\":")
                .append(node);
    }

    /** A ring of the last events: etcd writes into it where it left off, so it has all its places. */
    private String history() {
        int count = events.size();
        int size = Math.min(count, EVENTS_MAX);
        String[] places = new String[EVENTS_MAX];
        for (int i = count - size; i < count; i++) {
            places[i % EVENTS_MAX] = events.get(i);
        }
        return "{\"EventHistory\":{\"Queue\":{\"Events\":[" + String.join(",", places) + "],\"Size\":" + size
                + ",\"Front\":" + (count - size) % EVENTS_MAX + ",\"Back\":" + count % EVENTS_MAX + ",\"Capacity\":"
                + EVENTS_MAX + "},\"StartIndex\":" + (size == 0 ? 0 : count - size + 1) + ",\"LastIndex\":" + count
                + "}}";
    }

    /** Numbers that nobody reads; one read fails before the first write. */
    private String statistics() {
        return "{\"getsSuccess\":0,\"getsFail\":1,\"setsSuccess\":" + set
                + ",\"setsFail\":0,\"deleteSuccess\":0,\"deleteFail\":0,\"updateSuccess\":0,\"updateFail\":0,"
                + "\"createSuccess\":" + created
                + ",\"createFail\":0,\"compareAndSwapSuccess\":0,\"compareAndSwapFail\":0,"
                + "\"compareAndDeleteSuccess\":0,\"compareAndDeleteFail\":0,\"expireCount\":0,\"watchers\":0}";
    }
}
