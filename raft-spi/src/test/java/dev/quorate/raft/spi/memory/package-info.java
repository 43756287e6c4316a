/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Members in one process and on one thread: {@link MemoryNetwork} carries their messages, and loses, delays, doubles
 * and swaps them as a seed or a test wants.
 */
@NullMarked
package dev.quorate.raft.spi.memory;

import org.jspecify.annotations.NullMarked;
