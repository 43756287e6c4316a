/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.boot;

import dev.quorate.api.security.TlsFiles;
import org.apiguardian.api.API;

/**
 * How {@code https} URLs of one side, clients or peers, are served.
 *
 * @param files certificates and keys
 * @param auto whether a certificate is made, and kept in the data dir, if none is given
 * @param years how long such a certificate is valid
 */
@API(status = API.Status.EXPERIMENTAL)
public record TlsConfig(TlsFiles files, boolean auto, int years) {
    /** Nothing is secured. */
    public static final TlsConfig NONE = new TlsConfig(TlsFiles.NONE, false, 1);
}
