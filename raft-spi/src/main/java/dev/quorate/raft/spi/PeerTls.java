/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.spi;

import javax.net.ssl.SSLContext;
import org.apiguardian.api.API;

/**
 * How connections between members are secured.
 *
 * @param server for connections that are accepted: this member's certificate, and whom it trusts
 * @param client for connections that are opened
 * @param clientAuth whether who connects must show a certificate
 */
@API(status = API.Status.EXPERIMENTAL)
public record PeerTls(SSLContext server, SSLContext client, boolean clientAuth) {}
