/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The way in for a Java program that wants the store in its own process.
 *
 * <p>Starting points: {@link dev.quorate.server.embed.EmbeddedMember}.
 *
 * <p>No port is opened unless asked for, and nothing of a transport is needed on the class path. What a caller sees are
 * the inbound ports of core-api.
 *
 * <p>Source: the idea of etcd's {@code embed} package, without its network.
 */
@NullMarked
package dev.quorate.server.embed;

import org.jspecify.annotations.NullMarked;
