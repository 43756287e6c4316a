/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.security;

import dev.quorate.api.security.Tls;
import dev.quorate.api.security.TlsFiles;
import dev.quorate.api.security.TlsProvider;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.apiguardian.api.API;

/** TLS from PEM files. Source: etcd v3.7.1, {@code client/pkg/transport/listener.go}. */
@API(status = API.Status.EXPERIMENTAL)
public final class PemTls implements TlsProvider {
    private static final char[] NO_PASSWORD = new char[0];

    /** Creates the provider; called by {@link java.util.ServiceLoader}. */
    public PemTls() {}

    @Override
    public Tls load(TlsFiles files) throws IOException {
        if (files.certFile().isEmpty() || files.keyFile().isEmpty()) {
            throw new IOException("KeyFile and CertFile must both be present[key: " + files.keyFile() + ", cert: "
                    + files.certFile() + "]");
        }
        if (files.clientKeyFile().isEmpty() != files.clientCertFile().isEmpty()) {
            throw new IOException("ClientKeyFile and ClientCertFile must both be present or both absent: key: "
                    + files.clientKeyFile() + ", cert: " + files.clientCertFile() + "]");
        }
        try {
            KeyManager[] own = keys(files.certFile(), files.keyFile());
            KeyManager[] client =
                    files.clientCertFile().isEmpty() ? own : keys(files.clientCertFile(), files.clientKeyFile());
            TrustManager[] trusted = authorities(files.trustedCaFile());
            return new Tls(
                    context(own, trusted),
                    context(client, files.selfSigned() ? new TrustManager[] {new Anybody()} : trusted),
                    files.clientCertAuth() || !files.trustedCaFile().isEmpty());
        } catch (GeneralSecurityException e) {
            throw new IOException("tls: " + e.getMessage(), e);
        }
    }

    @Override
    public TlsFiles selfSigned(Path folder, List<String> hosts, int years, long nowMillis) throws IOException {
        return SelfSigned.in(folder, hosts, years, nowMillis);
    }

    private static SSLContext context(KeyManager[] keys, TrustManager[] trusted) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, trusted, null);
        return context;
    }

    private static KeyManager[] keys(String certFile, String keyFile) throws IOException, GeneralSecurityException {
        List<X509Certificate> chain = PemFiles.certificates(certFile);
        if (chain.isEmpty()) {
            throw new IOException("tls: failed to find any PEM data in certificate input");
        }
        PrivateKey key = PemFiles.key(keyFile);
        if (!belongsTo(key, chain.get(0).getPublicKey())) {
            throw new IOException("tls: private key does not match public key");
        }
        KeyStore store = emptyStore();
        store.setKeyEntry("own", key, NO_PASSWORD, chain.toArray(X509Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    /** A key that signs what the certificate verifies. */
    private static boolean belongsTo(PrivateKey key, PublicKey certified) {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        byte[] probe = {1, 2, 3};
        try {
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(key);
            signer.update(probe);
            byte[] signed = signer.sign();
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(certified);
            verifier.update(probe);
            return verifier.verify(signed);
        } catch (GeneralSecurityException e) {
            return false; // keys of two kinds
        }
    }

    private static TrustManager[] authorities(String caFile) throws IOException, GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        if (caFile.isEmpty()) {
            factory.init((KeyStore) null); // the platform's
            return factory.getTrustManagers();
        }
        KeyStore store = emptyStore();
        int number = 0;
        for (X509Certificate authority : PemFiles.certificates(caFile)) {
            store.setCertificateEntry("ca-" + number, authority);
            number++;
        }
        if (number == 0) {
            throw new IOException("no certificate was found in " + caFile);
        }
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }

    /** Trusts whoever answers: certificates that members make for themselves can be checked by nobody. As in etcd. */
    private static final class Anybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
