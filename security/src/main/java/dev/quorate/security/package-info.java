/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Certificates and keys: read from PEM files, or made.
 *
 * <p>Starting points: {@link dev.quorate.security.PemTls}.
 *
 * <p>Bouncy Castle reads and writes the files; what secures connections is the JDK's own TLS. No provider is registered
 * in the JVM, which may belong to an embedder.
 *
 * <p>Source: etcd v3.7.1, {@code client/pkg/transport/listener.go}, {@code client/pkg/tlsutil}.
 */
@NullMarked
package dev.quorate.security;

import org.jspecify.annotations.NullMarked;
