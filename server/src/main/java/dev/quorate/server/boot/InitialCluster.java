/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.boot;

import dev.quorate.membership.PeerUrls;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * The members that a cluster starts with, by name, and where they reach one another. Immutable.
 *
 * @param members URLs by name, sorted; several per name if a member is reached in several places
 */
@API(status = API.Status.EXPERIMENTAL)
public record InitialCluster(SortedMap<String, List<String>> members) {
    /** Takes copies, and sorts. */
    public InitialCluster {
        SortedMap<String, List<String>> copy = new TreeMap<>();
        members.forEach((name, urls) -> copy.put(name, urls.stream().sorted().toList()));
        members = java.util.Collections.unmodifiableSortedMap(copy);
    }

    /**
     * Reads the form of {@code --initial-cluster}.
     *
     * @param text such as {@code a=http://10.0.0.1:2380,b=http://10.0.0.2:2380}; a name may come several times
     * @return the members; whether URLs can be those of members is checked when a member without a log starts
     */
    public static InitialCluster parse(String text) {
        SortedMap<String, List<String>> members = new TreeMap<>();
        for (String pair : text.split(",")) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                String url = equals < 0 ? "" : pair.substring(equals + 1).strip();
                members.computeIfAbsent(name, none -> new ArrayList<>()).add(url);
            }
        }
        return new InitialCluster(members);
    }

    /**
     * Names one member.
     *
     * @param name the member
     * @param urls where others reach it
     * @return a cluster of that member alone
     */
    static InitialCluster of(String name, List<String> urls) {
        SortedMap<String, List<String>> members = new TreeMap<>();
        members.put(name, urls);
        return new InitialCluster(members);
    }

    /**
     * Checks that members can be reached where it says.
     *
     * @throws BootException if not
     */
    void check() {
        try {
            members.values().forEach(PeerUrls::checked);
        } catch (IllegalArgumentException e) {
            throw new BootException("error setting up initial cluster: " + e.getMessage(), e);
        }
    }

    boolean hasSameUrlTwice() {
        List<String> all = members.values().stream().flatMap(List::stream).toList();
        return all.stream().distinct().count() < all.size();
    }

    @Override
    public String toString() {
        return members.entrySet().stream()
                .flatMap(member -> member.getValue().stream().map(url -> member.getKey() + "=" + url))
                .sorted()
                .collect(Collectors.joining(","));
    }
}
