/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Immutable bytes and the primitives of the protocol-buffer encoding, for every module down to the Raft ports.
 *
 * <p>Starting points: {@link dev.quorate.api.bytes.Bytes}; {@link dev.quorate.api.bytes.ProtoWriter} and
 * {@link dev.quorate.api.bytes.ProtoReader} for the few messages that are stored or replicated.
 *
 * <p>Knows nothing else of this project. An array under a {@code Bytes} is never written to again.
 *
 * <p>Source: the encoding guide of Protocol Buffers; written by hand because embedders shall need no protobuf library.
 */
@NullMarked
package dev.quorate.api.bytes;

import org.jspecify.annotations.NullMarked;
