/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.spi.contract;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.PeerTransport;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** Takes what comes and keeps it. Can be told to stop taking, or to refuse a snapshot. Thread-safe. */
public final class Recorder implements PeerTransport.Receiver {
    private final List<Message> messages = new ArrayList<>();
    private final List<Message> snapshots = new ArrayList<>();
    private final List<Bytes> states = new ArrayList<>();
    private final List<Long> unreachable = new ArrayList<>();
    private final List<Long> refused = new ArrayList<>();
    private final List<Boolean> sent = new ArrayList<>();
    private int brokenStates;
    private int removed;
    private volatile boolean stalled;
    private volatile boolean refuseStates;

    /** Creates one that takes everything. */
    public Recorder() {}

    @Override
    public void receive(Message message) {
        while (stalled) {
            LockSupport.parkNanos(1_000_000);
        }
        synchronized (this) {
            messages.add(message);
        }
    }

    @Override
    public void receiveSnapshot(Message message, InputStream state) throws IOException {
        if (refuseStates) {
            throw new IOException("the disk is full");
        }
        byte[] whole;
        try {
            whole = state.readAllBytes();
        } catch (IOException e) {
            synchronized (this) {
                brokenStates++;
            }
            throw e;
        }
        synchronized (this) {
            snapshots.add(message);
            states.add(Bytes.wrap(whole));
        }
    }

    @Override
    public synchronized void unreachable(long memberId) {
        unreachable.add(memberId);
    }

    @Override
    public synchronized void refused(long memberId) {
        refused.add(memberId);
    }

    @Override
    public synchronized void snapshotSent(long memberId, boolean arrived) {
        sent.add(arrived);
    }

    @Override
    public synchronized void removed() {
        removed++;
    }

    /** From now on {@link #receive} does not return, until {@link #resume}. */
    public void stall() {
        stalled = true;
    }

    /** Ends {@link #stall}. */
    public void resume() {
        stalled = false;
    }

    /** From now on snapshots are refused. */
    public void refuseStates() {
        refuseStates = true;
    }

    synchronized List<Message> messages() {
        return List.copyOf(messages);
    }

    synchronized List<Message> messages(Predicate<Message> which) {
        return messages.stream().filter(which).toList();
    }

    synchronized List<Message> snapshots() {
        return List.copyOf(snapshots);
    }

    synchronized List<Bytes> states() {
        return List.copyOf(states);
    }

    synchronized List<Long> unreachable() {
        return List.copyOf(unreachable);
    }

    synchronized List<Long> refused() {
        return List.copyOf(refused);
    }

    synchronized List<Boolean> sent() {
        return List.copyOf(sent);
    }

    synchronized int brokenStates() {
        return brokenStates;
    }

    synchronized int removedCount() {
        return removed;
    }
}
