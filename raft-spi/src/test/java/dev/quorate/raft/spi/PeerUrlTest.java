/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeerUrlTest {
    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:2380, false, 127.0.0.1, 2380",
        "https://etcd_1:2380/, true, etcd_1, 2380",
        "HTTP://m1, false, m1, 80",
        "https://m1, true, m1, 443",
        "http://[::1]:7, false, ::1, 7",
        "http://[::1], false, ::1, 80",
    })
    void readsUrls(String url, boolean tls, String host, int port) {
        assertThat(PeerUrl.of(url)).isEqualTo(new PeerUrl(tls, host, port));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "m1:2380", "ftp://m1:1", "http://", "http://:1", "http://m1:x", "http://m1:70000"})
    void refusesWhatIsNone(String url) {
        assertThatThrownBy(() -> PeerUrl.of(url)).isInstanceOf(IllegalArgumentException.class);
    }
}
