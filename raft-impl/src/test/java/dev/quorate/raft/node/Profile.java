/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import java.util.Locale;

/** Which faults a simulated cluster of whole nodes suffers. */
enum Profile {
    /** None: threads run in any order, and ticks drift. */
    NODE(false, false, false, false),
    /** Messages are lost, repeated, overtaken; links are cut. */
    NETWORK(true, false, false, false),
    /** Processes die, are stopped and paused. */
    CRASH(true, true, false, false),
    /** Processes die; storage loses what was not flushed, writes are torn and fail. */
    DISK(false, true, true, false),
    /** Members come, go and are promoted, leaders hand over. */
    MEMBERS(true, true, false, true),
    /** All of it. */
    ALL(true, true, true, true);

    private final boolean network;
    private final boolean crashes;
    private final boolean disk;
    private final boolean members;

    Profile(boolean network, boolean crashes, boolean disk, boolean members) {
        this.network = network;
        this.crashes = crashes;
        this.disk = disk;
        this.members = members;
    }

    static Profile named(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean hasNetworkFaults() {
        return network;
    }

    boolean hasCrashes() {
        return crashes;
    }

    boolean hasDiskFaults() {
        return disk;
    }

    boolean changesMembers() {
        return members;
    }
}
