/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Answers over HTTP what supervisors and dashboards ask: health, version, metrics, variables of the process.
 *
 * <p>Starting points: {@link dev.quorate.transport.http.VertxHttpBranch} serves,
 * {@link dev.quorate.transport.http.PrometheusMetrics} measures; {@code Pages} knows every path and nothing of a
 * network.
 *
 * <p>Status codes, bodies and headers are those of real etcd. Nothing here blocks the event loop: pages are futures,
 * and gauges are read without waiting.
 *
 * <p>Source: etcd v3.7.1, {@code server/etcdserver/api/etcdhttp}, {@code server/embed/serve.go}, and its answers as
 * observed.
 */
@NullMarked
package dev.quorate.transport.http;

import org.jspecify.annotations.NullMarked;
