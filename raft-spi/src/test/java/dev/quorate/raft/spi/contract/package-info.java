/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What every peer transport does, as tests: an adapter extends {@link PeerTransportContract} and says how it is opened.
 */
@NullMarked
package dev.quorate.raft.spi.contract;

import org.jspecify.annotations.NullMarked;
