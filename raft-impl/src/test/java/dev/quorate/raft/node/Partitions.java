/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

import java.util.List;

/** Cuts links: parts that do not hear one another, one-way links, a ring, a bridge between two halves. */
final class Partitions {
    private final World world;
    private final SimulatedNetwork network;

    Partitions(World world, SimulatedNetwork network) {
        this.world = world;
        this.network = network;
    }

    /** Cuts other links than now. */
    void change(List<SimulatedMember> members) {
        network.heal();
        int count = members.size();
        int some = world.dice(count);
        switch (world.dice(8)) {
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
    private void halves(List<SimulatedMember> members, int bridge) {
        int half = world.dice(1 << Math.min(members.size(), 20));
        for (int i = 0; i < members.size(); i++) {
            for (int j = 0; j < i; j++) {
                boolean apart = (half >>> (i % 20) & 1) != (half >>> (j % 20) & 1);
                if (apart && i != bridge && j != bridge) {
                    network.cutBoth(members.get(i).id(), members.get(j).id());
                }
            }
        }
    }

    private void isolate(List<SimulatedMember> members, int one, boolean in, boolean out) {
        long id = members.get(one).id();
        for (SimulatedMember member : members) {
            if (member.id() != id && in) {
                network.cut(member.id(), id);
            }
            if (member.id() != id && out) {
                network.cut(id, member.id());
            }
        }
    }

    /** Each hears its two neighbours only. */
    private void ring(List<SimulatedMember> members) {
        int count = members.size();
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < i; j++) {
                if (i - j != 1 && i - j != count - 1) {
                    network.cutBoth(members.get(i).id(), members.get(j).id());
                }
            }
        }
    }

    private void anyLinks(List<SimulatedMember> members) {
        for (SimulatedMember from : members) {
            for (SimulatedMember to : members) {
                if (from != to && world.dice(3) == 0) {
                    network.cut(from.id(), to.id());
                }
            }
        }
    }
}
