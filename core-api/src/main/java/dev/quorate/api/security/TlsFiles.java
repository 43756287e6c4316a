/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.security;

import org.apiguardian.api.API;

/**
 * Where certificates and keys lie, in PEM. A name that is empty is a file that was not given.
 *
 * @param certFile certificate of this side, with those between it and its authority behind it
 * @param keyFile its key: PKCS #1, PKCS #8 or SEC 1, not encrypted
 * @param clientCertFile certificate for connections that are opened from here; that of this side if empty
 * @param clientKeyFile its key
 * @param trustedCaFile authorities that the other side's certificate comes from; those of the platform if empty
 * @param clientCertAuth whether who connects must show a certificate; it must too if authorities are given
 * @param selfSigned whether the certificate was made here, so that nobody can check it
 */
@API(status = API.Status.EXPERIMENTAL)
public record TlsFiles(
        String certFile,
        String keyFile,
        String clientCertFile,
        String clientKeyFile,
        String trustedCaFile,
        boolean clientCertAuth,
        boolean selfSigned) {
    /** Nothing is secured. */
    public static final TlsFiles NONE = new TlsFiles("", "", "", "", "", false, false);

    /**
     * Tells whether there is neither a certificate nor a key.
     *
     * @return true if connections cannot be secured with it
     */
    public boolean isEmpty() {
        return certFile.isEmpty() && keyFile.isEmpty();
    }
}
