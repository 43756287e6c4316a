/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The peer protocol against real etcd: a member of ours that is played by the test, beside a real one.
 *
 * <p>Starting point: {@link dev.quorate.dist.peer.PeerProtocolIT}.
 */
@NullMarked
package dev.quorate.dist.peer;

import org.jspecify.annotations.NullMarked;
