/* SPDX-License-Identifier: Apache-2.0 */
/** What simulations of members are made of: processes that run on one thread, their disks, and the network between. */
@org.jspecify.annotations.NullMarked
package dev.quorate.raft.simulation;
