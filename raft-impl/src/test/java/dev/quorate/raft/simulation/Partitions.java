/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.simulation;

import java.util.List;

/** Cuts links: parts that do not hear one another, one-way links, a ring, a bridge between two halves. */
public final class Partitions {
    private final Chance chance;
    private final SimulatedNetwork network;

    /**
     * Makes one who cuts links.
     *
     * @param chance chance
     * @param network where
     */
    public Partitions(Chance chance, SimulatedNetwork network) {
        this.chance = chance;
        this.network = network;
    }

    /**
     * Cuts other links than now.
     *
     * @param members between whom
     */
    public void change(List<? extends SimulatedHost> members) {
        network.heal();
        int count = members.size();
        int some = chance.dice(count);
        switch (chance.dice(8)) {
            case 0 -> halves(members, -1);
            case 1 -> halves(members, some);
            case 2 -> isolate(members, some, true, true);
            case 3 -> isolate(members, some, true, false);
            case 4 -> isolate(members, some, false, true);
            case 5 -> ring(members);
            case 6 -> anyLinks(members);
            default -> {} // healed: so links flap
        }
    }

    /** Two halves, and perhaps one member that hears both. */
    private void halves(List<? extends SimulatedHost> members, int bridge) {
        int half = chance.dice(1 << Math.min(members.size(), 20));
        for (int i = 0; i < members.size(); i++) {
            for (int j = 0; j < i; j++) {
                boolean apart = (half >>> (i % 20) & 1) != (half >>> (j % 20) & 1);
                if (apart && i != bridge && j != bridge) {
                    network.cutBoth(members.get(i).id(), members.get(j).id());
                }
            }
        }
    }

    private void isolate(List<? extends SimulatedHost> members, int one, boolean in, boolean out) {
        long id = members.get(one).id();
        for (SimulatedHost member : members) {
            if (member.id() != id && in) {
                network.cut(member.id(), id);
            }
            if (member.id() != id && out) {
                network.cut(id, member.id());
            }
        }
    }

    /** Each hears its two neighbours only. */
    private void ring(List<? extends SimulatedHost> members) {
        int count = members.size();
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < i; j++) {
                if (i - j != 1 && i - j != count - 1) {
                    network.cutBoth(members.get(i).id(), members.get(j).id());
                }
            }
        }
    }

    private void anyLinks(List<? extends SimulatedHost> members) {
        for (SimulatedHost from : members) {
            for (SimulatedHost to : members) {
                if (from != to && chance.dice(3) == 0) {
                    network.cut(from.id(), to.id());
                }
            }
        }
    }
}
