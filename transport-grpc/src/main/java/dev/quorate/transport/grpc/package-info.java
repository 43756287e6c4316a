/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The v3 API over gRPC, and the client port that it shares with HTTP.
 *
 * <p>Starting points: {@link dev.quorate.transport.grpc.GrpcFace}; a service is a class whose name ends in
 * {@code Methods}, a stream one whose name ends in {@code Call}.
 *
 * <p>Calls run on the event loops, where nothing may block; answers come from other threads through one queue per event
 * loop. Requests are decoded from and answers encoded to bytes by core-api, without objects of a protobuf library.
 * Streams take from the inside only what the connection has room for.
 *
 * <p>Source: etcd v3.7.1, {@code server/etcdserver/api/v3rpc}.
 */
@NullMarked
package dev.quorate.transport.grpc;

import org.jspecify.annotations.NullMarked;
