/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.spi;

import java.util.List;
import org.apiguardian.api.API;

/** The transport of a member that is alone: nothing comes, and what is sent is lost. */
@API(status = API.Status.EXPERIMENTAL)
public final class NoPeers implements PeerTransport {
    /** Makes one. */
    public NoPeers() {}

    @Override
    public void start(Receiver receiver) {}

    @Override
    public void addPeer(long memberId, List<String> urls) {}

    @Override
    public void removePeer(long memberId) {}

    @Override
    public void send(List<Message> messages) {}

    @Override
    public void sendSnapshot(Message message, SnapshotState state) {
        state.close();
    }

    @Override
    public long connectedNanos(long memberId) {
        return -1;
    }

    @Override
    public void close() {}
}
