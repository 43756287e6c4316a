/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.api.security.Tls;
import dev.quorate.api.security.TlsFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PemTlsTest {
    private static final long NOW = 1_800_000_000_000L;

    @TempDir
    Path folder;

    private final PemTls tls = new PemTls();

    private TlsFiles made() throws IOException {
        return tls.selfSigned(folder.resolve("client"), List.of("127.0.0.1", "localhost", "::1"), 2, NOW);
    }

    private static TlsFiles files(String cert, String key, String ca) {
        return new TlsFiles(cert, key, "", "", ca, false, false);
    }

    @Test
    void makesACertificateForTheHostsThatIsValidForTheYears() throws Exception {
        X509Certificate certificate = PemFiles.certificates(made().certFile()).get(0);
        assertThat(certificate.getSubjectAlternativeNames())
                .extracting(name -> String.valueOf(name.get(1)))
                .containsExactly("127.0.0.1", "localhost", "0:0:0:0:0:0:0:1");
        assertThat(Duration.between(
                        certificate.getNotBefore().toInstant(),
                        certificate.getNotAfter().toInstant()))
                .isEqualTo(Duration.ofDays(2 * 365));
        certificate.verify(certificate.getPublicKey());
    }

    @Test
    void keepsTheCertificateThatIsThere() throws IOException {
        String before = Files.readString(Path.of(made().certFile()));
        assertThat(Files.readString(Path.of(made().certFile()))).isEqualTo(before);
    }

    @Test
    void showsTheKeyToNobodyElse() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(made().keyFile()))))
                .isEqualTo("rw-------");
    }

    @Test
    void asksForCertificatesIfThereAreAuthorities() throws IOException {
        TlsFiles made = made();
        Tls without = tls.load(files(made.certFile(), made.keyFile(), ""));
        assertThat(without.clientAuth()).isFalse();
        assertThat(tls.load(files(made.certFile(), made.keyFile(), made.certFile()))
                        .clientAuth())
                .isTrue();
    }

    @Test
    void readsKeysOfAllForms() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        var key = generator.generateKeyPair().getPrivate();
        Path old = folder.resolve("pkcs1.pem");
        try (JcaPEMWriter writer = new JcaPEMWriter(Files.newBufferedWriter(old))) {
            writer.writeObject(key);
        }
        Path newer = folder.resolve("pkcs8.pem");
        try (JcaPEMWriter writer = new JcaPEMWriter(Files.newBufferedWriter(newer))) {
            writer.writeObject(new JcaPKCS8Generator(key, null));
        }
        assertThat(Files.readString(old)).startsWith("-----BEGIN RSA PRIVATE KEY");
        assertThat(Files.readString(newer)).startsWith("-----BEGIN PRIVATE KEY");
        assertThat(PemFiles.key(old.toString())).isEqualTo(key);
        assertThat(PemFiles.key(newer.toString())).isEqualTo(key);
        assertThat(PemFiles.key(made().keyFile()).getAlgorithm()).isEqualTo("EC");
    }

    @Test
    void saysWhatIsWrongAsEtcdDoes() throws IOException {
        TlsFiles made = made();
        TlsFiles other = tls.selfSigned(folder.resolve("other"), List.of("localhost"), 1, NOW);
        refuses(files("", "k", ""), "KeyFile and CertFile must both be present[key: k, cert: ]");
        refuses(files("/nonexistent", "k", ""), "open /nonexistent: no such file or directory");
        refuses(files(made.keyFile(), made.keyFile(), ""), "tls: failed to find any PEM data in certificate input");
        refuses(files(made.certFile(), made.certFile(), ""), "tls: failed to find any PEM data in key input");
        refuses(files(made.certFile(), other.keyFile(), ""), "tls: private key does not match public key");
        assertThatThrownBy(() -> tls.selfSigned(folder, List.of(), 0, NOW))
                .hasMessage("selfSignedCertValidity is invalid,it should be greater than 0");
    }

    private void refuses(TlsFiles files, String message) {
        assertThatThrownBy(() -> tls.load(files))
                .isInstanceOf(IOException.class)
                .hasMessage(message);
    }
}
