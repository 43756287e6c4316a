/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.dist.RealEtcd;
import dev.quorate.dist.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages on the client port, and what metrics count, compared with real etcd's after the same commands. */
class HttpPagesIT {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    /** Headers that tell of the connection or of the time, not of the page. */
    private static final Set<String> NOT_OF_THE_PAGE = Set.of("date", "content-length", "transfer-encoding");

    /**
     * Metrics of etcd that one member could tell and ours does not yet, or that tell of parts that ours does not have:
     * bbolt's commits, the v2 store, the proxy, Go's runtime.
     */
    private static final Set<String> MISSING = Set.of(
            "etcd_debugging_auth_revision",
            "etcd_debugging_disk_backend_commit_rebalance_duration_seconds",
            "etcd_debugging_disk_backend_commit_spill_duration_seconds",
            "etcd_debugging_disk_backend_commit_write_duration_seconds",
            "etcd_debugging_mvcc_db_compaction_keys_total",
            "etcd_debugging_mvcc_db_compaction_last",
            "etcd_debugging_mvcc_db_compaction_pause_duration_milliseconds",
            "etcd_debugging_mvcc_db_compaction_total_duration_milliseconds",
            "etcd_debugging_mvcc_index_compaction_pause_duration_milliseconds",
            "etcd_debugging_server_watch_send_loop_control_stream_duration_seconds",
            "etcd_debugging_server_watch_send_loop_progress_duration_seconds",
            "etcd_debugging_server_watch_send_loop_watch_stream_duration_per_event_seconds",
            "etcd_debugging_server_watch_send_loop_watch_stream_duration_seconds",
            "etcd_debugging_snap_save_marshalling_duration_seconds",
            "etcd_debugging_snap_save_total_duration_seconds",
            "etcd_debugging_store_expires_total",
            "etcd_debugging_store_watch_requests_total",
            "etcd_debugging_store_watchers",
            "etcd_disk_wal_write_duration_seconds",
            "etcd_grpc_proxy_cache_hits_total",
            "etcd_grpc_proxy_cache_keys_total",
            "etcd_grpc_proxy_cache_misses_total",
            "etcd_grpc_proxy_events_coalescing_total",
            "etcd_grpc_proxy_watchers_coalescing_total",
            "etcd_mvcc_db_open_read_transactions",
            "etcd_server_client_requests_total",
            "etcd_server_feature_enabled",
            "etcd_server_range_duration_seconds",
            "etcd_server_request_duration_seconds",
            "etcd_server_slow_apply_total",
            "etcd_snap_db_fsync_duration_seconds",
            "etcd_snap_db_save_total_duration_seconds",
            "etcd_snap_fsync_duration_seconds",
            "process_network_receive_bytes_total",
            "process_network_transmit_bytes_total",
            "process_virtual_memory_max_bytes",
            "promhttp_metric_handler_requests_in_flight",
            "promhttp_metric_handler_requests_total");

    @TempDir
    static Path work;

    private static ServerProcess real;
    private static ServerProcess ours;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        Path etcd = RealEtcd.programOrSkip("etcd");
        real = ServerProcess.start(etcd, Files.createDirectories(work.resolve("real")), List.of());
        ours = ServerProcess.start(RealEtcd.ours(), Files.createDirectories(work.resolve("ours")), List.of());
        for (ServerProcess server : List.of(real, ours)) {
            String decided = "\"etcdcluster\":\"3.7.0\",\"storage\":\"3.7.0\"";
            for (int i = 0; i < 2000 && !ask(server, "GET", "/version").body().contains(decided); i++) {
                Thread.onSpinWait(); // until the version of the cluster is decided, the last entry of a start
            }
            // some metrics show only once there is something to tell
            counted(server, "put first 1");
            counted(server, "get first");
        }
    }

    @AfterAll
    static void stop() {
        if (real != null) {
            real.close();
        }
        if (ours != null) {
            ours.close();
        }
    }

    private static HttpResponse<String> ask(ServerProcess server, String method, String path)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + server.endpoint() + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .header("Origin", "http://example.com")
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /health",
                "GET /health?serializable=true",
                "GET /health?exclude=NOSPACE",
                "GET /livez",
                "GET /livez?verbose",
                "GET /livez?exclude=serializable_read",
                "GET /livez/serializable_read",
                "GET /livez/serializable_read?verbose",
                "GET /readyz",
                "GET /readyz?verbose",
                "GET /readyz?verbose&exclude=non_learner&exclude=linearizable_read",
                "GET /readyz?exclude=nonsense",
                "GET /readyz/data_corruption",
                "GET /readyz/linearizable_read",
                "GET /readyz/non_learner",
                "GET /readyz/nonsense",
                "GET /version",
                "GET /nonsense",
                "GET /",
                "POST /health",
                "PUT /version",
                "DELETE /livez",
                "POST /readyz",
                "OPTIONS /health",
                "OPTIONS /nonsense",
            })
    void answersLikeRealEtcd(String line) throws IOException, InterruptedException {
        String[] words = line.split(" ");
        HttpResponse<String> theirs = ask(real, words[0], words[1]);
        HttpResponse<String> own = ask(ours, words[0], words[1]);
        assertThat(own.statusCode()).isEqualTo(theirs.statusCode());
        // The order of the checks is not stable in etcd.
        assertThat(own.body().lines().sorted().toList())
                .isEqualTo(theirs.body().lines().sorted().toList());
        assertThat(headers(own)).isEqualTo(headers(theirs));
    }

    private static Map<String, List<String>> headers(HttpResponse<String> answer) {
        return answer.headers().map().entrySet().stream()
                .filter(header -> !NOT_OF_THE_PAGE.contains(header.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (one, two) -> one, TreeMap::new));
    }

    @Test
    void tellsWhichMetricsThereAre() throws IOException, InterruptedException {
        Map<String, String> theirs = types(ask(real, "GET", "/metrics").body());
        Map<String, String> own = types(ask(ours, "GET", "/metrics").body());
        Set<String> missing = new TreeSet<>(theirs.keySet());
        missing.removeAll(own.keySet());
        missing.removeIf(name -> name.startsWith("go_"));
        assertThat(missing).containsExactlyInAnyOrderElementsOf(MISSING);
        theirs.keySet().retainAll(own.keySet());
        own.keySet().retainAll(theirs.keySet());
        assertThat(own).as("kinds").isEqualTo(theirs);
    }

    private static Map<String, String> types(String metrics) {
        return metrics.lines()
                .filter(line -> line.startsWith("# TYPE "))
                .map(line -> line.split(" "))
                .collect(Collectors.toMap(words -> words[2], words -> words[3], (one, two) -> one, TreeMap::new));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "put a 1",
                "put a 2 --prev-kv",
                "put a --ignore-value",
                "put nothing --ignore-value",
                "put a x --lease=77",
                "get a",
                "get a --prefix --consistency=s",
                "get a --rev=1000000",
                "put b 1",
                "del b --prev-kv",
                "del b",
                "lease grant 1000",
                "lease list",
                "alarm list",
                "member list",
                "endpoint status",
                "endpoint hashkv",
                "endpoint health",
                "defrag",
                "txn :value(\"a\") = \"2\"::put c 1:get a:del b::",
                "txn ::get a:get c::",
                "txn ::get a::",
                "txn :value(\"a\") = \"2\":ver(\"c\") > \"0\"::put d 1::",
                "txn :value(\"a\") = \"2\"::get a::",
                "txn ::put d 1:put d 2::",
                "compaction 3",
                "compaction 2",
                "get a --rev=1",
            })
    void countsWhatEtcdCounts(String words) throws IOException, InterruptedException {
        assertThat(counted(ours, words)).isEqualTo(counted(real, words));
    }

    /** Returns what a command adds to the counters that are independent of time and of the engine. */
    private static Map<String, Double> counted(ServerProcess server, String words)
            throws IOException, InterruptedException {
        Map<String, Double> before = counters(server);
        List<String> command = new ArrayList<>(
                List.of(RealEtcd.programOrSkip("etcdctl").toString(), "--endpoints=" + server.endpoint()));
        if (words.startsWith("txn ")) {
            String input = words.substring("txn :".length()).replace(':', '\n') + "\n\n";
            command = List.of("bash", "-c", "printf '%s' '" + input + "' | " + String.join(" ", command) + " txn");
        } else {
            command.addAll(List.of(words.split(" ")));
        }
        Program.run(command);
        Map<String, Double> after = counters(server);
        before.forEach((name, value) -> after.merge(name, value, (now, then) -> now.equals(then) ? null : now - then));
        return after;
    }

    private static Map<String, Double> counters(ServerProcess server) throws IOException, InterruptedException {
        return ask(server, "GET", "/metrics")
                .body()
                .lines()
                .filter(line -> line.matches("(etcd_mvcc_[a-z]+_total|grpc_server_(started|handled|msg_[a-z]+)_total"
                        + "|etcd_server_apply_duration_seconds_count|etcd_server_proposals_(applied|committed)_total"
                        + "|etcd_debugging_lease_[a-z]+_total|etcd_debugging_mvcc_(keys_total|[a-z]+_revision)"
                        + "|etcd_mvcc_hash_[a-z_]+_count|etcd_disk_backend_defrag_duration_seconds_count)[ {].*"))
                .map(line -> line.split(" (?=[^ ]*$)"))
                .filter(parts -> Double.parseDouble(parts[1]) != 0)
                .collect(Collectors.toMap(
                        parts -> parts[0], parts -> Double.parseDouble(parts[1]), (one, two) -> one, TreeMap::new));
    }

    @Test
    void tellsTheVariablesOfTheProcess() throws IOException, InterruptedException {
        String body = ask(ours, "GET", "/debug/vars").body();
        assertThat(body)
                .contains(
                        "\"cmdline\"",
                        "\"memstats\"",
                        "\"file_descriptor_limit\"",
                        "\"raft.status\"",
                        "--listen-client-urls=http://" + ours.endpoint());
    }
}
