/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

/**
 * How far entries were handed out for applying, and how much of that is not acknowledged yet. Bounded in bytes.
 *
 * <p>Invariant: applied ≤ applying ≤ committed.
 */
final class ApplyWindow {
    private final long bytesMax;
    private long applying;
    private long applied;
    private long bytes; // handed out and not applied
    private boolean paused; // until something is acknowledged

    ApplyWindow(long applied, long bytesMax) {
        this.bytesMax = bytesMax;
        this.applied = applied;
        applying = applied;
    }

    long applying() {
        return applying;
    }

    long applied() {
        return applied;
    }

    boolean isPaused() {
        return paused;
    }

    long bytesMax() {
        return bytesMax;
    }

    long bytesLeft() {
        return bytesMax == EntrySizes.UNLIMITED ? bytesMax : bytesMax - bytes;
    }

    /**
     * Notes that entries were handed out.
     *
     * @param index the last one
     * @param size their bytes, encoded
     * @param more whether there are more that did not fit: the next one would cross the limit
     */
    void accept(long index, long size, boolean more) {
        applying = index;
        bytes += size;
        paused = bytes >= bytesMax || more;
    }

    void appliedTo(long index, long size) {
        if (index < applied) {
            throw new IllegalStateException("entry " + index + " is applied, but " + applied + " was applied before");
        }
        applied = index;
        applying = Math.max(applying, index);
        bytes = Math.max(0, bytes - size);
        paused = bytes >= bytesMax;
    }
}
