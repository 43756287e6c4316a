/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PagesTest {
    private static final Map<String, String> NO_SNIFF =
            Map.of("Content-Type", "text/plain; charset=utf-8", "X-Content-Type-Options", "nosniff");

    private final FakeServices member = new FakeServices();
    private final PrometheusMetrics metrics = new PrometheusMetrics();
    private final Pages pages = new Pages(member.ports(), metrics);

    private Page get(String uri) {
        return pages.answer("GET", uri, false).join();
    }

    private static String body(Page page) {
        return page.body().toUtf8();
    }

    @Test
    void tellsTheVersions() {
        Page page = get("/version");

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.headers()).isEqualTo(Map.of("Content-Type", "application/json"));
        assertThat(body(page)).isEqualTo("{\"etcdserver\":\"3.7.1\",\"etcdcluster\":\"3.7.0\",\"storage\":\"3.7.0\"}");
    }

    @Test
    void tellsAnUnknownStorageVersion() {
        member.storageVersion = "";

        assertThat(body(get("/version"))).endsWith("\"storage\":\"unknown\"}");
    }

    @Test
    void tellsHealth() {
        Page page = get("/health?serializable=true&exclude=NOSPACE&exclude=CORRUPT");

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.headers()).isEqualTo(Map.of("Content-Type", "text/plain; charset=utf-8"));
        assertThat(body(page)).isEqualTo("{\"health\":\"true\",\"reason\":\"\"}");
        assertThat(member.askedSerializable).isTrue();
        assertThat(member.askedExcluded).containsExactlyInAnyOrder("NOSPACE", "CORRUPT");
        assertThat(metrics.text()).contains("\netcd_server_health_success 1\n", "\netcd_server_health_failures 0\n");
    }

    @Test
    void takesAnAlarmThatIsExcludedTwice() {
        assertThat(get("/health?exclude=NOSPACE&exclude=NOSPACE").status()).isEqualTo(200);
    }

    @Test
    void tellsWhyHealthFails() {
        member.reason = "RANGE ERROR:<\"a\nb\">";
        Page page = get("/health?serializable=1");

        assertThat(page.status()).isEqualTo(503);
        assertThat(page.headers()).isEqualTo(NO_SNIFF);
        assertThat(body(page))
                .isEqualTo("{\"health\":\"false\",\"reason\":\"RANGE ERROR:\\u003c\\\"a\\nb\\\"\\u003e\"}\n");
        assertThat(member.askedSerializable).isFalse();
        assertThat(metrics.text()).contains("\netcd_server_health_failures 1\n");
    }

    @Test
    void saysOkAndMoreOnlyWhenAsked() {
        assertThat(body(get("/livez"))).isEqualTo("ok\n");
        assertThat(get("/livez").headers()).isEqualTo(NO_SNIFF);
        assertThat(body(get("/livez?verbose"))).isEqualTo("[+]serializable_read ok\nok\n");
        assertThat(body(get("/readyz?verbose="))).isEqualTo("""
                        [+]data_corruption ok
                        [+]serializable_read ok
                        [+]linearizable_read ok
                        [+]non_learner ok
                        ok
                        """);
    }

    @Test
    void tellsEveryCheckOnceOneFails() {
        member.failures.put("linearizable_read", "range error: etcdserver: request timed out");
        Page page = get("/readyz");

        assertThat(page.status()).isEqualTo(503);
        assertThat(page.headers()).isEqualTo(NO_SNIFF);
        assertThat(body(page)).isEqualTo("""
                        [+]data_corruption ok
                        [+]serializable_read ok
                        [-]linearizable_read failed: range error: etcdserver: request timed out
                        [+]non_learner ok

                        """);
    }

    @Test
    void makesNoCheckThatIsExcluded() {
        member.failures.put("linearizable_read", "x");

        assertThat(body(get("/readyz?exclude=linearizable_read&exclude=unknown")))
                .isEqualTo("ok\n");
        assertThat(member.asked).containsExactly("data_corruption", "serializable_read", "non_learner");
    }

    @Test
    void makesOneCheckAlone() {
        member.failures.put("linearizable_read", "x");

        assertThat(body(get("/readyz/non_learner?verbose"))).isEqualTo("[+]non_learner ok\nok\n");
        assertThat(body(get("/livez/serializable_read?exclude=serializable_read&verbose")))
                .isEqualTo("[+]serializable_read ok\nok\n");
        assertThat(get("/readyz/linearizable_read").status()).isEqualTo(503);
        assertThat(member.asked).containsExactly("non_learner", "serializable_read", "linearizable_read");
    }

    @Test
    void countsChecks() {
        get("/livez");
        get("/readyz/non_learner");
        member.failures.put("non_learner", "x");
        get("/readyz/non_learner");

        assertThat(metrics.text().lines().filter(line -> line.startsWith("etcd_server_healthcheck")))
                .containsExactly(
                        "etcd_server_healthcheck{name=\"non_learner\",type=\"readyz\"} 0",
                        "etcd_server_healthcheck{name=\"serializable_read\",type=\"livez\"} 1",
                        "etcd_server_healthchecks_total{name=\"non_learner\",status=\"error\",type=\"readyz\"} 1",
                        "etcd_server_healthchecks_total{name=\"non_learner\",status=\"success\",type=\"readyz\"} 1",
                        "etcd_server_healthchecks_total{name=\"serializable_read\",status=\"success\",type=\"livez\"} 1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/nope",
                "/version/",
                "/livez/",
                "/livez/non_learner",
                "/livez/serializable_read/",
                "/readyz/x",
                "/livezserializable_read",
                "",
                "*"
            })
    void knowsNoOtherPath(String path) {
        Page page = get(path);

        assertThat(page.status()).isEqualTo(404);
        assertThat(page.headers()).isEqualTo(NO_SNIFF);
        assertThat(body(page)).isEqualTo("404 page not found\n");
    }

    @Test
    void takesEscapedPathsAndRefusesBrokenEscapes() {
        assertThat(get("/he%61lth").status()).isEqualTo(200);
        assertThat(get("/health%").status()).isEqualTo(400);
        assertThat(get("/health?exclude=%zz").status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health", "/version", "/livez", "/readyz", "/readyz/non_learner", "/debug/vars"})
    void takesOnlyGet(String path) {
        for (String method : List.of("POST", "HEAD", "PUT", "DELETE")) {
            Page page = pages.answer(method, path, false).join();

            assertThat(page.status()).isEqualTo(405);
            assertThat(page.headers()).containsEntry("Allow", "GET").containsAllEntriesOf(NO_SNIFF);
            assertThat(body(page)).isEqualTo("Method Not Allowed\n");
        }
        assertThat(member.asked).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health", "/nope", "/metrics"})
    void answersOptionsEverywhereWithNothing(String path) {
        assertThat(pages.answer("OPTIONS", path, false).join()).isEqualTo(Page.empty());
    }

    @Test
    void showsMetricsForAnyMethodAndCompressedIfWanted() throws IOException {
        Page plain = pages.answer("POST", "/metrics", false).join();
        Page zipped = pages.answer("GET", "/metrics", true).join();

        assertThat(plain.headers())
                .isEqualTo(Map.of("Content-Type", "text/plain; version=0.0.4; charset=utf-8; escaping=underscores"));
        assertThat(body(plain)).contains("\netcd_server_health_success 0\n");
        assertThat(zipped.headers()).containsEntry("Content-Encoding", "gzip");
        try (GZIPInputStream in =
                new GZIPInputStream(new ByteArrayInputStream(zipped.body().toArray()))) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .contains("\netcd_server_health_success 0\n");
        }
    }

    @Test
    void showsVariablesOfTheProcess() {
        Page page = get("/debug/vars");

        assertThat(page.headers()).isEqualTo(Map.of("Content-Type", "application/json; charset=utf-8"));
        assertThat(body(page))
                .startsWith("{\n\"cmdline\": [\"")
                .contains(",\n\"file_descriptor_limit\": ", ",\n\"memstats\": {\"Alloc\":")
                .endsWith("\"raft.status\": {\"id\":\"abc\",\"term\":2,\"commit\":9,\"lead\":\"abc\","
                        + "\"raftState\":\"StateLeader\",\"applied\":8}\n}\n");
    }
}
