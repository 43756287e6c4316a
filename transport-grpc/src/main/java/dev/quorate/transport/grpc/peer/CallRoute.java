/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc.peer;

import io.grpc.ManagedChannel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The connection by which a member is asked, kept as long as it works. For the event loop only. */
final class CallRoute {
    private final Channels channels;
    private @Nullable Target target;
    private @Nullable ManagedChannel channel;
    private boolean closed;

    CallRoute(Channels channels) {
        this.channels = channels;
    }

    /** Puts the address first to which there is a connection. */
    List<Target> sorted(List<Target> targets) {
        Target known = target;
        if (known == null || !targets.contains(known)) {
            return targets;
        }
        List<Target> sorted = new ArrayList<>(targets);
        sorted.remove(known);
        sorted.add(0, known);
        return sorted;
    }

    /** Returns the channel to an address; null if there are no more. */
    @Nullable
    ManagedChannel to(Target wanted) {
        ManagedChannel open = channel;
        if (open != null && wanted.equals(target)) {
            return open;
        }
        if (closed) {
            return null;
        }
        drop(open);
        ManagedChannel made = channels.open(wanted);
        target = wanted;
        channel = made;
        return made;
    }

    /** Does not use a channel again; the calls on it may go on. */
    void drop(@Nullable ManagedChannel useless) {
        if (useless != null && useless.equals(channel)) {
            channel = null;
            target = null;
            useless.shutdown();
        }
    }

    void close() {
        closed = true;
        ManagedChannel open = channel;
        channel = null;
        target = null;
        if (open != null) {
            open.shutdownNow();
        }
    }
}
