/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.security;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apiguardian.api.API;

/** Reads and makes certificates. Found by {@link java.util.ServiceLoader}. Thread-safe; blocks on the disk. */
@API(status = API.Status.EXPERIMENTAL)
public interface TlsProvider {
    /**
     * Reads certificates and keys.
     *
     * @param files where they lie
     * @return what connections are secured with
     * @throws IOException if a file is missing, damaged, or does not fit another; the message is for the person who
     *     named it, in etcd's words
     */
    Tls load(TlsFiles files) throws IOException;

    /**
     * Makes a certificate that vouches for itself, unless the folder holds one already.
     *
     * @param folder where {@code cert.pem} and {@code key.pem} lie; made if need be
     * @param hosts names and addresses that the certificate is for
     * @param years how long it is valid, above 0
     * @param nowMillis from when on it is valid, milliseconds since 1970 UTC
     * @return the files
     * @throws IOException if they cannot be written
     */
    TlsFiles selfSigned(Path folder, List<String> hosts, int years, long nowMillis) throws IOException;
}
