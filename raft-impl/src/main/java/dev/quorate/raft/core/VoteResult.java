/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

/** How a vote stands. */
enum VoteResult {
    /** Neither yes nor no has a quorum yet. */
    PENDING,
    /** A quorum of yes is out of reach. */
    LOST,
    /** A quorum has said yes. */
    WON
}
