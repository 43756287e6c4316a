/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which URLs etcd takes for a new member. */
class PeerUrlsTest {
    @Test
    void sortsThemAndTakesBlanksAway() {
        assertThat(PeerUrls.checked(List.of(" http://b:2380 ", "https://[::1]:2380", "http://127.0.0.1:2380")))
                .containsExactly("http://127.0.0.1:2380", "http://b:2380", "https://[::1]:2380");
        assertThat(PeerUrls.checked(List.of("unix:///tmp/peer", "HTTP://a:1")))
                .containsExactly("http://a:1", "unix:///tmp/peer");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a:2380",
                "127.0.0.1:2380",
                "http://a",
                "http://a:2380/",
                "http://a:2380/path",
                "http://a:b",
                "http://::1:2380",
                "http://a b:2380",
                "ftp://a:2380",
                "mailto://a:2380",
                "http:a:2380",
            })
    void refuses(String url) {
        assertThatThrownBy(() -> PeerUrls.checked(List.of("http://ok:1", url)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void wantsAtLeastOne() {
        assertThatThrownBy(() -> PeerUrls.checked(List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
