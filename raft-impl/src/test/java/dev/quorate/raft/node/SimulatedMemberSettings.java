/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.node;

/** How members of a simulated cluster are set up. */
record SimulatedMemberSettings(long snapshotCount, long catchUpEntries, long pendingBytesMax, NodeTimes times) {}
