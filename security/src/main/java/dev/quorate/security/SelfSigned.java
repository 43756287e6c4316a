/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.security;

import dev.quorate.api.security.TlsFiles;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Certificates that vouch for themselves, as etcd makes them for {@code --auto-tls}: kept, so that a restart shows the
 * same one. The curve is P-256, where etcd takes the slower P-521; who connects does not check either.
 */
final class SelfSigned {
    private static final Logger LOG = LoggerFactory.getLogger(SelfSigned.class);
    private static final int SERIAL_BITS = 127;
    private static final int DAYS_OF_A_YEAR = 365;

    private SelfSigned() {}

    static TlsFiles in(Path folder, List<String> hosts, int years, long nowMillis) throws IOException {
        if (years <= 0) {
            throw new IOException("selfSignedCertValidity is invalid,it should be greater than 0");
        }
        Path cert = folder.resolve("cert.pem").toAbsolutePath();
        Path key = folder.resolve("key.pem").toAbsolutePath();
        if (!Files.exists(cert) || !Files.exists(key)) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            make(cert, key, hosts, years, Instant.ofEpochMilli(nowMillis));
        }
        return new TlsFiles(cert.toString(), key.toString(), cert.toString(), key.toString(), "", false, true);
    }

    private static void make(Path cert, Path key, List<String> hosts, int years, Instant now) throws IOException {
        Instant end = now.plus((long) years * DAYS_OF_A_YEAR, ChronoUnit.DAYS);
        LOG.atWarn()
                .addKeyValue("certificate-validity-bound-not-after", end.toString())
                .log("automatically generate certificates");
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            write(cert, "rw-r--r--", certificate(pair, hosts, now, end));
            write(
                    key,
                    "rw-------",
                    new JcaPKCS8Generator(pair.getPrivate(), null)); // names its curve, as SEC 1 may not
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IOException("cannot generate x509 certificate: " + e.getMessage(), e);
        }
    }

    private static X509CertificateHolder certificate(KeyPair pair, List<String> hosts, Instant now, Instant end)
            throws IOException, OperatorCreationException {
        X500Name name = new X500Name("O=etcd");
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                name,
                new BigInteger(SERIAL_BITS, new SecureRandom()),
                Date.from(now),
                Date.from(end),
                name,
                pair.getPublic());
        builder.addExtension(
                Extension.keyUsage,
                true,
                new KeyUsage(KeyUsage.keyEncipherment | KeyUsage.digitalSignature | KeyUsage.cRLSign));
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
        GeneralName[] names = hosts.stream()
                .map(host -> new GeneralName(isAddress(host) ? GeneralName.iPAddress : GeneralName.dNSName, host))
                .toArray(GeneralName[]::new);
        builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
        return builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()));
    }

    private static boolean isAddress(String host) {
        return host.contains(":") || host.matches("[0-9.]+");
    }

    private static void write(Path file, String permissions, Object content) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(content);
        }
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)));
        Files.writeString(file, text.toString(), StandardCharsets.US_ASCII);
        LOG.atInfo().addKeyValue("path", file.toString()).log("created a certificate file");
    }
}
