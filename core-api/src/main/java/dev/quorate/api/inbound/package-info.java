/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The inbound ports: what a driver, in the same JVM or behind a transport, can ask of a member.
 *
 * <p>Starting points: {@link dev.quorate.api.inbound.Services}, {@link dev.quorate.api.inbound.Kv}.
 *
 * <p>Implemented by the server, called by transports and embedders. No method blocks; streams are taken at the taker's
 * pace.
 *
 * <p>Source: the services of etcd v3.7.1, {@code api/etcdserverpb/rpc.proto}.
 */
@NullMarked
package dev.quorate.api.inbound;

import org.jspecify.annotations.NullMarked;
