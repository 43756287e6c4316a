/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.dist.RealEtcd;
import dev.quorate.dist.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** C6, C9: client ports with TLS, driven by the real etcdctl. The certificates are the server's own. */
class TlsIT {
    @TempDir
    Path work;

    private int port;
    private Path etcdctl;

    @BeforeEach
    void findPrograms() throws IOException {
        etcdctl = RealEtcd.programOrSkip("etcdctl");
        port = ServerProcess.freePort();
    }

    private ServerProcess start(String name, String urls, String... flags) throws IOException, InterruptedException {
        Path folder = Files.createDirectories(work.resolve(name));
        List<String> command = new ArrayList<>(List.of(
                RealEtcd.ours().toString(),
                "--data-dir=" + folder.resolve("data"),
                "--listen-client-urls=" + urls,
                "--advertise-client-urls=" + urls,
                "--listen-peer-urls=http://127.0.0.1:" + ServerProcess.freePort()));
        command.addAll(List.of(flags));
        return ServerProcess.launch(new ProcessBuilder(command), folder, port);
    }

    private Program etcdctl(String scheme, String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(etcdctl.toString(), "--endpoints=" + scheme + "://127.0.0.1:" + port, "--command-timeout=5s"));
        command.addAll(List.of(words));
        return Program.run(command);
    }

    private Path fixture(String name, String file) {
        return work.resolve(name).resolve("data/fixtures/client").resolve(file);
    }

    @Test
    void makesItsOwnCertificateAndKeepsIt() throws IOException, InterruptedException {
        String authority = "--cacert=" + fixture("auto", "cert.pem");
        byte[] made;
        try (ServerProcess server = start("auto", "https://127.0.0.1:" + port, "--auto-tls")) {
            made = Files.readAllBytes(fixture("auto", "cert.pem"));
            assertThat(etcdctl("https", authority, "put", "k", "v").out()).isEqualTo("OK\n");
            assertThat(etcdctl("http", "put", "k", "plain").exitCode()).isNotZero();
            server.stop();
        }
        try (ServerProcess server = start("auto", "https://127.0.0.1:" + port, "--auto-tls")) {
            assertThat(Files.readAllBytes(fixture("auto", "cert.pem"))).isEqualTo(made);
            assertThat(etcdctl("https", authority, "get", "k", "--print-value-only")
                            .out())
                    .isEqualTo("v\n");
            server.stop();
        }
    }

    @Test
    void takesBothKindsOfConnectionsAtOneAddress() throws IOException, InterruptedException {
        String both = "http://127.0.0.1:" + port + ",https://127.0.0.1:" + port;
        try (ServerProcess server = start("both", both, "--auto-tls")) {
            assertThat(etcdctl("https", "--cacert=" + fixture("both", "cert.pem"), "put", "k", "v")
                            .out())
                    .isEqualTo("OK\n");
            assertThat(etcdctl("http", "get", "k", "--print-value-only").out()).isEqualTo("v\n");
            server.stop();
        }
    }

    @Test
    void demandsCertificatesOfClients() throws IOException, InterruptedException {
        try (ServerProcess server = start("first", "https://127.0.0.1:" + port, "--auto-tls")) {
            server.stop();
        }
        String cert = fixture("first", "cert.pem").toString();
        String key = fixture("first", "key.pem").toString();
        try (ServerProcess server = start(
                "mutual",
                "https://127.0.0.1:" + port,
                "--cert-file=" + cert,
                "--key-file=" + key,
                "--trusted-ca-file=" + cert,
                "--client-cert-auth")) {
            assertThat(etcdctl("https", "--cacert=" + cert, "put", "k", "v").exitCode())
                    .isNotZero();
            assertThat(Files.readString(work.resolve("mutual/log"))).contains("rejected connection on client endpoint");
            server.stop();
        }
    }
}
