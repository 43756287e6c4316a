/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.security;

import javax.net.ssl.SSLContext;
import org.apiguardian.api.API;

/**
 * How connections are secured.
 *
 * @param server for connections that are accepted
 * @param client for connections that are opened
 * @param clientAuth whether who connects must show a certificate
 */
@API(status = API.Status.EXPERIMENTAL)
public record Tls(SSLContext server, SSLContext client, boolean clientAuth) {}
