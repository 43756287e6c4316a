/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.raft.spi.PeerCallException;
import dev.quorate.raft.spi.PeerCallNames;
import dev.quorate.raft.spi.PeerObserver;
import dev.quorate.raft.spi.PeerSettings;
import dev.quorate.raft.spi.PeerTls;
import dev.quorate.raft.spi.PeerTransportProvider.Answer;
import dev.quorate.raft.spi.PeerTransportProvider.Peers;
import dev.quorate.raft.spi.contract.PeerTransportContract;
import dev.quorate.raft.spi.contract.Recorder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GrpcsPeerTransportTest extends PeerTransportContract {
    @TempDir
    private static Path folder;

    private static @Nullable PeerTls tls;

    @BeforeAll
    static void makeCertificate() {
        tls = TestTls.make(folder, "ip:127.0.0.1");
    }

    @Override
    protected Peers open(PeerSettings settings, PeerObserver observer) {
        return new GrpcPeerTransportProvider().open(settings, observer);
    }

    @Override
    protected String freeAddress() {
        return "https://127.0.0.1:" + GrpcPeerTransportTest.freePort();
    }

    @Override
    protected @Nullable PeerTls tls() {
        return tls;
    }

    @Test
    void speaksOnlyWithWhomItTrusts() throws IOException {
        GrpcPeerTransportProvider provider = new GrpcPeerTransportProvider();
        String url = freeAddress();
        Peers peers = provider.open(settings(url, tls), PeerObserver.NONE);
        peers.calls().handle(PeerCallNames.MEMBERS, asked -> CompletableFuture.completedFuture(Bytes.utf8("[]")));
        try {
            peers.transport().start(new Recorder());

            assertThat(ask(provider, url, tls).join().body()).isEqualTo(Bytes.utf8("[]"));
            assertThatThrownBy(ask(provider, url, TestTls.make(folder, "ip:127.0.0.1"))::join)
                    .hasCauseInstanceOf(PeerCallException.class);
            assertThatThrownBy(ask(provider, url, null)::join).hasCauseInstanceOf(PeerCallException.class);
        } finally {
            peers.transport().close();
        }
    }

    @Test
    void refusesACertificateForAnotherHost() throws IOException {
        PeerTls elsewhere = TestTls.make(folder, "dns:elsewhere.example");
        GrpcPeerTransportProvider provider = new GrpcPeerTransportProvider();
        String url = freeAddress();
        Peers peers = provider.open(settings(url, elsewhere), PeerObserver.NONE);
        peers.calls().handle(PeerCallNames.MEMBERS, asked -> CompletableFuture.completedFuture(Bytes.utf8("[]")));
        try {
            peers.transport().start(new Recorder());

            assertThatThrownBy(ask(provider, url, elsewhere)::join).hasCauseInstanceOf(PeerCallException.class);
        } finally {
            peers.transport().close();
        }
    }

    private static PeerSettings settings(String url, @Nullable PeerTls tls) {
        return new PeerSettings(1, 1, List.of(url), List.of(url), "3.7.1", "3.0.0", tls, TimeUnit.SECONDS.toNanos(2));
    }

    private static CompletableFuture<Answer> ask(
            GrpcPeerTransportProvider provider, String url, @Nullable PeerTls tls) {
        return provider.ask(url, PeerCallNames.MEMBERS, Bytes.EMPTY, tls, TimeUnit.SECONDS.toNanos(10))
                .toCompletableFuture();
    }
}
