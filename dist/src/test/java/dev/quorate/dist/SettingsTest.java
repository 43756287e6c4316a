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
            strings = {"cert-file", "key-file", "trusted-ca-file", "client-crl-file", "discovery-srv", "peer-cert-file"
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
    void warnsOfWhatHasNoEffectYetByName() {
        Settings settings = of(Map.of("enable-pprof", "true"), Map.of());
        settings.verify();
        assertThat(settings.warnings()).containsExactly("--enable-pprof has no effect yet");
    }
}
