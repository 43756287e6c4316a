/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http.peer;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.spi.PeerCallNames;
import io.vertx.core.http.HttpMethod;
import java.util.Map;
import java.util.Optional;

/**
 * In which form of HTTP a call goes: etcd's own for the calls that etcd knows, another for those among our members.
 *
 * @param name the call
 * @param method GET or POST
 * @param path where it goes; what was asked follows if {@code askedInPath}
 * @param askedInPath whether the question stands in the path, and not in the body
 * @param contentType of the answer
 */
record CallPath(String name, HttpMethod method, String path, boolean askedInPath, String contentType) {
    private static final String JSON = "application/json";
    private static final String PROTO = "application/protobuf";
    private static final String OWN = "/quorate/call/";

    private static final Map<String, CallPath> BY_NAME = Map.of(
            PeerCallNames.MEMBERS, new CallPath(PeerCallNames.MEMBERS, HttpMethod.GET, "/members", false, JSON),
            PeerCallNames.VERSION, new CallPath(PeerCallNames.VERSION, HttpMethod.GET, "/version", false, JSON),
            PeerCallNames.PROMOTE,
                    new CallPath(PeerCallNames.PROMOTE, HttpMethod.POST, "/members/promote/", true, JSON),
            PeerCallNames.KEEP_ALIVE, new CallPath(PeerCallNames.KEEP_ALIVE, HttpMethod.POST, "/leases", false, PROTO),
            PeerCallNames.TIME_TO_LIVE,
                    new CallPath(PeerCallNames.TIME_TO_LIVE, HttpMethod.POST, "/leases/internal", false, PROTO),
            PeerCallNames.HASH_KV, new CallPath(PeerCallNames.HASH_KV, HttpMethod.GET, "/members/hashkv", false, JSON),
            PeerCallNames.DOWNGRADE_ENABLED,
                    new CallPath(
                            PeerCallNames.DOWNGRADE_ENABLED,
                            HttpMethod.GET,
                            "/downgrade/enabled",
                            false,
                            "text/plain"));

    static CallPath of(String name) {
        CallPath known = BY_NAME.get(name);
        return known == null
                ? new CallPath(name, HttpMethod.POST, OWN + name, false, "application/octet-stream")
                : known;
    }

    static Optional<CallPath> at(String path) {
        if (path.startsWith(OWN)) {
            return Optional.of(of(path.substring(OWN.length())));
        }
        return BY_NAME.values().stream()
                .filter(one -> one.askedInPath ? path.startsWith(one.path) : path.equals(one.path))
                .findFirst();
    }

    /** Path of a call that asks this. */
    String path(Bytes request) {
        return askedInPath ? path + request.toUtf8() : path;
    }
}
