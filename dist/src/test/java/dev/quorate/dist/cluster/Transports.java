/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.cluster;

import dev.quorate.dist.RealEtcd;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How members of ours speak with one another: as {@code -Dquorate.cluster.transport} says, by http if it says nothing.
 */
final class Transports {
    private static final String HTTP = "http";

    private Transports() {}

    /** Tells whether members of ours and of real etcd understand one another. */
    static boolean understandRealEtcd() {
        return name().equals(HTTP);
    }

    private static String name() {
        return System.getProperty("quorate.cluster.transport", HTTP);
    }

    /** Returns the flags of a member, with the one that says it, unless they say it themselves. */
    static List<String> added(Path program, List<String> flags) {
        if (!program.equals(RealEtcd.ours())
                || understandRealEtcd()
                || flags.stream().anyMatch(flag -> flag.startsWith("--peer-transport="))) {
            return flags;
        }
        List<String> more = new ArrayList<>(flags);
        more.add("--peer-transport=" + name());
        return more;
    }
}
