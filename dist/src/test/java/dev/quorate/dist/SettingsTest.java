/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    private final Flags flags = Flags.load();

    private Settings of(Map<String, String> line, Map<String, String> environment) {
        return Settings.of(flags, line, environment);
    }

    @Test
    void readsVariables() {
        assertThat(of(Map.of(), Map.of("ETCD_NAME", "a", "QUORATE_STORAGE", "h2"))
                        .get("name"))
                .isEqualTo("a");
    }

    @Test
    void refusesAFlagAndItsVariableTogether() {
        assertThatThrownBy(() -> of(Map.of("name", "b"), Map.of("ETCD_NAME", "a")))
                .isInstanceOf(Settings.InvalidException.class)
                .hasMessageContaining("shadowed by corresponding command-line flag");
    }

    @Test
    void warnsOfVariablesItDoesNotKnow() {
        assertThat(of(Map.of(), Map.of("ETCD_NOPE", "x")).warnings())
                .containsExactly("unrecognized environment variable ETCD_NOPE=x");
    }

    @Test
    void letsAFileSilenceEverythingElse(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(
                folder.resolve("c.yaml"), "name: filed\nstorage: memory\ngrpc-keepalive-min-time: 7000000000\n");
        Settings settings = of(Map.of("config-file", file.toString(), "name", "flagged"), Map.of("ETCD_STORAGE", "h2"));
        assertThat(settings.get("name")).isEqualTo("filed");
        assertThat(settings.get("storage")).isEqualTo("memory");
        assertThat(settings.get("grpc-keepalive-min-time")).isEqualTo("7000000000ns");
    }

    @Test
    void namesAFileThatIsNotThere() {
        assertThatThrownBy(() -> of(Map.of("config-file", "/nonexistent.yaml"), Map.of()))
                .hasMessage("open /nonexistent.yaml: no such file or directory");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "client-crl-file",
                "peer-crl-file",
                "client-cert-allowed-hostname",
                "peer-cert-allowed-cn",
                "cipher-suites",
                "discovery-srv"
            })
    void refusesByNameWhatWouldBeUnsafeToIgnore(String name) {
        assertThatThrownBy(() -> of(Map.of(name, "x"), Map.of()).verify())
                .isInstanceOf(Settings.InvalidException.class)
                .hasMessageContaining("--" + name);
    }

    @Test
    void refusesListeningSomewhereWithoutSayingWhereToBeFound() {
        assertThatThrownBy(() -> of(Map.of("listen-client-urls", "http://127.0.0.1:1"), Map.of())
                        .verify())
                .hasMessage("--advertise-client-urls is required when --listen-client-urls is set explicitly");
        assertThatCode(() -> of(
                                Map.of(
                                        "listen-client-urls", "http://127.0.0.1:1",
                                        "advertise-client-urls", "http://127.0.0.1:1"),
                                Map.of())
                        .verify())
                .doesNotThrowAnyException();
    }

    @Test
    void namesTheOnlyMemberIfNothingElseIsSaid() {
        assertThat(of(Map.of("name", "a", "initial-advertise-peer-urls", "http://h:1,http://h:2"), Map.of())
                        .initialCluster())
                .hasToString("a=http://h:1,a=http://h:2");
        assertThat(of(Map.of("initial-advertise-peer-urls", "http://h:1"), Map.of())
                        .initialCluster())
                .hasToString("default=http://localhost:2380");
    }

    @Test
    void letsAMemberInMemoryBeAloneOnly() {
        assertThatThrownBy(() -> of(
                                Map.of(
                                        "storage", "memory",
                                        "initial-cluster", "default=http://h:1,b=http://h:2"),
                                Map.of())
                        .verify())
                .hasMessageContaining("--storage=memory keeps nothing")
                .hasMessageContaining("--initial-cluster");
        assertThatThrownBy(() -> of(Map.of("storage", "memory", "initial-cluster-state", "existing"), Map.of())
                        .verify())
                .hasMessageContaining("--initial-cluster-state=existing");
    }

    @Test
    void takesTlsOfBothSides() {
        Settings settings = of(Map.of("cert-file", "a", "key-file", "b", "peer-auto-tls", "true"), Map.of());
        settings.verify();
        assertThat(settings.toConfig().clientTls().files().certFile()).isEqualTo("a");
        assertThat(settings.toConfig().clientTls().auto()).isFalse();
        assertThat(settings.toConfig().peerTls().auto()).isTrue();
    }

    @Test
    void warnsOfWhatHasNoEffectYetByName() {
        Settings settings = of(Map.of("enable-pprof", "true"), Map.of());
        settings.verify();
        assertThat(settings.warnings()).containsExactly("--enable-pprof has no effect yet");
    }
}
