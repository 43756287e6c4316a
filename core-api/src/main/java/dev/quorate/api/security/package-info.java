/* SPDX-License-Identifier: Apache-2.0 */
/**
 * How connections are secured: certificates and keys from files, as the JDK's TLS takes them.
 *
 * <p>Starting points: {@link dev.quorate.api.security.TlsProvider}.
 *
 * <p>Adapters with a library for certificates implement the port; they are found by {@link java.util.ServiceLoader}.
 */
@NullMarked
package dev.quorate.api.security;

import org.jspecify.annotations.NullMarked;
