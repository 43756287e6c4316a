/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.quorate.dist.RealEtcd;
import dev.quorate.dist.ServerProcess;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What users, supervisors and test suites rely on in an etcd process. The numbers are those of the rules: C1 the
 * launcher becomes the JVM, C2 the version, C3 ready means ready, C4 flags, C5 log lines, C6 one port, C12 signals, C13
 * quota, C21 systemd. The data dir (C15, C17) has {@link DataDirIT}, wrong settings have {@link WrongSettingsIT}.
 */
class ProcessContractIT {
    private static final String OURS = RealEtcd.ours().toString();
    private static final int TERMINATED = 128 + 15;
    private static final int KILLED = 128 + 9;

    @TempDir
    Path work;

    private ServerProcess start(String... flags) throws IOException, InterruptedException {
        return ServerProcess.start(RealEtcd.ours(), work, List.of(flags));
    }

    private static String etcdctl(ServerProcess server, String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(RealEtcd.programOrSkip("etcdctl").toString(), "--endpoints=" + server.endpoint()));
        command.addAll(List.of(words));
        Program program = Program.run(command);
        return program.exitCode() == 0 ? program.out() : program.err();
    }

    @Test
    void c1TheLauncherBecomesTheJvmAndNeedsOnlyPath() throws IOException, InterruptedException {
        int port = ServerProcess.freePort();
        ProcessBuilder command = new ProcessBuilder(
                OURS,
                "--data-dir=" + work.resolve("data"),
                "--listen-client-urls=http://127.0.0.1:" + port,
                "--advertise-client-urls=http://127.0.0.1:" + port);
        String path = System.getenv("PATH");
        command.environment().clear();
        command.environment().put("PATH", path);
        try (ServerProcess server = ServerProcess.launch(command, work, port)) {
            assertThat(server.handle().info().command().orElseThrow()).endsWith("/java");
            assertThat(server.handle().descendants()).isEmpty();
            assertThat(server.stop()).isEqualTo(TERMINATED);
        }
    }

    @Test
    void c2TellsTheVersionOfTheApiFirst() throws IOException, InterruptedException {
        for (String word : List.of("--version", "-version", "--version=true")) {
            Program program = Program.run(List.of(OURS, word));
            assertThat(program.out().lines()).as(word).first().isEqualTo("etcd Version: 3.7.1");
            assertThat(program.out()).contains("\nQuorate Version: ");
            assertThat(program.err()).isEmpty();
            assertThat(program.exitCode()).isZero();
        }
    }

    @Test
    void c3TheWarmUpLeavesNoTrace() throws Exception {
        try (ServerProcess server = start()) {
            assertThat(server.log().stream().filter(line -> line.contains("serving client traffic")))
                    .hasSize(1);
            HttpResponse<String> metrics = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://" + server.endpoint() + "/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(metrics.body().lines())
                    .filteredOn(line -> line.startsWith("grpc_server_started_total{")
                            && line.contains("grpc_service=\"etcdserverpb.KV\""))
                    .isNotEmpty()
                    .allMatch(line -> line.endsWith(" 0") || line.endsWith(" 0.0"))
                    .anyMatch(line -> line.contains("grpc_method=\"Put\""));
            assertThat(work.resolve("warm-up-has-no-folder")).doesNotExist();
        }
    }

    @Test
    void c3ServesEverythingOnceItSaysSo() throws Exception {
        try (ServerProcess server = start()) {
            HttpClient http = HttpClient.newHttpClient();
            URI health = URI.create("http://" + server.endpoint() + "/health");
            HttpResponse<String> answer =
                    http.send(HttpRequest.newBuilder(health).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(answer.body()).isEqualTo("{\"health\":\"true\",\"reason\":\"\"}");
            ManagedChannel channel = NettyChannelBuilder.forTarget(server.endpoint())
                    .usePlaintext()
                    .build();
            try {
                assertThat(HealthGrpc.newBlockingStub(channel)
                                .check(HealthCheckRequest.getDefaultInstance())
                                .getStatus())
                        .isEqualTo(ServingStatus.SERVING);
            } finally {
                channel.shutdownNow();
            }
            assertThat(etcdctl(server, "put", "a", "b")).isEqualTo("OK\n");
        }
    }

    @Test
    void c4TakesEveryFlagAtItsDefault() throws IOException, InterruptedException {
        List<String> flags = new ArrayList<>();
        for (String[] row : flagTable()) {
            boolean ours = row[0].equals("storage") || row[0].equals("peer-transport");
            boolean elsewhere =
                    row[0].endsWith("-urls") || row[0].equals("data-dir") || row[0].equals("initial-cluster");
            boolean ends = row[0].equals("version") || row[4].equals("ignored") || row[2].isEmpty();
            if (!ours && !elsewhere && !ends) {
                flags.add("--" + row[0] + "=" + row[2]);
            }
        }
        assertThat(flags).hasSizeGreaterThan(60);
        try (ServerProcess real = ServerProcess.start(
                RealEtcd.programOrSkip("etcd"), Files.createDirectories(work.resolve("real")), flags)) {
            assertThat(real.handle().isAlive())
                    .as("real etcd takes these flags too")
                    .isTrue();
        }
        try (ServerProcess server = ServerProcess.start(RealEtcd.ours(), work, flags)) {
            assertThat(linesWith(server, "\"level\":\"warn\"")).isEmpty();
        }
    }

    private static List<String[]> flagTable() throws IOException {
        InputStream table = Objects.requireNonNull(ServerProcess.class.getResourceAsStream("flags.tsv"));
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(table, StandardCharsets.UTF_8))) {
            return lines.lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t", -1))
                    .toList();
        }
    }

    @Test
    void c4TakesASampleFileAndWarnsOfUnknownVariables() throws IOException, InterruptedException {
        int port = ServerProcess.freePort();
        String url = "http://127.0.0.1:" + port;
        Path file = Files.writeString(work.resolve("etcd.conf.yml"), sampleFile(url));
        ProcessBuilder command = new ProcessBuilder(OURS, "--config-file=" + file);
        try (ServerProcess server = ServerProcess.launch(command, work, port)) {
            assertThat(etcdctl(server, "member", "list")).contains(", started, sample, http://localhost:2380, " + url);
        }
        ProcessBuilder withVariable = new ProcessBuilder(
                OURS,
                "--data-dir=" + work.resolve("other"),
                "--listen-client-urls=" + url,
                "--advertise-client-urls=" + url);
        withVariable.environment().put("ETCD_NO_SUCH_THING", "1");
        try (ServerProcess server = ServerProcess.launch(withVariable, work, port)) {
            assertThat(linesWith(server, "unrecognized environment variable"))
                    .singleElement()
                    .asString()
                    .contains("\"level\":\"warn\"", "ETCD_NO_SUCH_THING=1");
        }
    }

    /**
     * The keys of the sample that etcd ships, {@code etcd.conf.yml.sample}, with its values; only addresses are ours.
     */
    private String sampleFile(String url) {
        return String.join(
                "\n",
                "# This is the configuration file for the etcd server.",
                "name: 'sample'",
                "data-dir: '" + work.resolve("data") + "'",
                "wal-dir:",
                "snapshot-count: 10000",
                "heartbeat-interval: 100",
                "election-timeout: 1000",
                "quota-backend-bytes: 0",
                "listen-peer-urls: http://localhost:2380",
                "listen-client-urls: " + url,
                "max-snapshots: 5",
                "max-wals: 5",
                "cors:",
                "initial-advertise-peer-urls: http://localhost:2380",
                "advertise-client-urls: " + url,
                "discovery:",
                "discovery-fallback: 'proxy'",
                "discovery-proxy:",
                "discovery-srv:",
                "initial-cluster:",
                "initial-cluster-token: 'etcd-cluster'",
                "initial-cluster-state: 'new'",
                "strict-reconfig-check: false",
                "enable-pprof: true",
                "proxy: 'off'",
                "proxy-failure-wait: 5000",
                "client-transport-security:",
                "  cert-file:",
                "  key-file:",
                "  client-cert-auth: false",
                "  trusted-ca-file:",
                "  auto-tls: false",
                "peer-transport-security:",
                "  cert-file:",
                "  key-file:",
                "  client-cert-auth: false",
                "  trusted-ca-file:",
                "  auto-tls: false",
                "  allowed-cn:",
                "  allowed-hostname:",
                "self-signed-cert-validity: 1",
                "log-level: debug",
                "logger: zap",
                "log-outputs: [stderr]",
                "force-new-cluster: false",
                "auto-compaction-mode: periodic",
                "auto-compaction-retention: \"1\"",
                "cipher-suites: []",
                "tls-min-version: 'TLS1.2'",
                "tls-max-version: 'TLS1.3'",
                "");
    }

    @Test
    void c5EveryLineIsAJsonObject() throws IOException, InterruptedException {
        try (ServerProcess server = start("--log-level=debug")) {
            etcdctl(server, "put", "a", "b");
            etcdctl(server, "get", "a", "--rev=100");
            server.stop();
            assertThat(server.log()).hasSizeGreaterThan(5);
            for (String line : server.log()) {
                Map<String, String> fields = fieldsOf(line);
                assertThat(fields.keySet()).as(line).startsWith("level", "ts", "caller", "msg");
                assertThat(fields.get("level")).as(line).isIn("debug", "info", "warn");
                assertThat(fields.get("ts")).matches("[0-9-]{10}T[0-9:]{8}\\.[0-9]{6}(Z|[+-][0-9]{4})");
            }
        }
    }

    private static Map<String, String> fieldsOf(String line) throws IOException {
        Map<String, String> fields = new LinkedHashMap<>();
        try (JsonParser parser = new JsonFactory().createParser(line)) {
            assertThat(parser.nextToken()).as(line).isEqualTo(JsonToken.START_OBJECT);
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                fields.put(name, parser.nextToken().isScalarValue() ? parser.getText() : "");
                parser.skipChildren();
            }
            assertThat(parser.nextToken())
                    .as("something behind the object: " + line)
                    .isNull();
        }
        return fields;
    }

    @Test
    void c5LogsWhereAndAsItIsTold() throws IOException, InterruptedException {
        Path file = work.resolve("server.log");
        try (ServerProcess server = start("--log-format=console", "--log-outputs=stdout," + file)) {
            assertThat(linesWith(server, "ready to serve client requests"))
                    .singleElement()
                    .asString()
                    .matches("[0-9-]{10}T[0-9:]{8}\\.[0-9]{6}Z\tinfo\tMain\tready to serve client requests");
            assertThat(Files.readAllLines(file)).isEqualTo(server.log());
        }
        Program quiet = Program.run(
                List.of(OURS, "--log-level=error", "--data-dir=" + work.resolve("other"), "--storage=nonsense"));
        assertThat(quiet.err().lines()).singleElement().asString().contains("\"level\":\"error\"");
        assertThat(quiet.out()).isEmpty();
    }

    private static List<String> linesWith(ServerProcess server, String part) throws IOException {
        return server.log().stream().filter(line -> line.contains(part)).toList();
    }

    /** A client that waits for the server's settings before it asks, as some do. */
    @Test
    void c6AnswersHttp2WithoutGrpc() throws Exception {
        ByteBuf request = Unpooled.buffer();
        Http2Headers headers = new DefaultHttp2Headers()
                .method("GET")
                .scheme("http")
                .path("/health")
                .authority("localhost");
        new DefaultHttp2HeadersEncoder().encodeHeaders(1, headers, request);
        try (ServerProcess server = start("--storage=memory");
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            DataInputStream in = new DataInputStream(socket.getInputStream());
            out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.write(new byte[] {0, 0, 0, Http2FrameTypes.SETTINGS, 0, 0, 0, 0, 0});
            out.flush();
            assertThat(readFrame(in)[3]).as("the first frame of the server").isEqualTo(Http2FrameTypes.SETTINGS);
            out.write(new byte[] {0, 0, (byte) request.readableBytes(), Http2FrameTypes.HEADERS, 5, 0, 0, 0, 1});
            out.write(ByteBufUtil.getBytes(request));
            out.flush();
            byte[] frame = readFrame(in);
            while (frame[3] != Http2FrameTypes.DATA) {
                frame = readFrame(in);
            }
            assertThat(new String(frame, 9, frame.length - 9, StandardCharsets.UTF_8))
                    .isEqualTo("{\"health\":\"true\",\"reason\":\"\"}");
            assertThat(etcdctl(server, "put", "a", "b")).as("gRPC beside it").isEqualTo("OK\n");
        }
    }

    private static byte[] readFrame(DataInputStream in) throws IOException {
        byte[] head = in.readNBytes(9);
        int length = ((head[0] & 0xff) << 16) | ((head[1] & 0xff) << 8) | (head[2] & 0xff);
        byte[] frame = Arrays.copyOf(head, 9 + length);
        in.readFully(frame, 9, length);
        return frame;
    }

    @Test
    void c12EndsBySignalsAsEtcdDoes() throws IOException, InterruptedException {
        Path etcd = RealEtcd.programOrSkip("etcd");
        Path theirs = Files.createDirectories(work.resolve("real"));
        try (ServerProcess real = ServerProcess.start(etcd, theirs, List.of());
                ServerProcess server = start()) {
            int expected = real.stop();
            assertThat(server.stop()).isEqualTo(expected).isEqualTo(TERMINATED);
        }
        try (ServerProcess server = start()) {
            server.kill();
            assertThat(server.stop()).isEqualTo(KILLED);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rocksdb", "h2", "memory"})
    void c13StopsWritesWhenTheQuotaIsSpent(String storage) throws IOException, InterruptedException {
        try (ServerProcess server = start("--storage=" + storage, "--quota-backend-bytes=150000")) {
            assertThat(size(server)).as("a fresh store").isLessThan(53_248);
            String full = "Error: etcdserver: mvcc: database space exceeded";
            String value = "x".repeat(4096);
            String answer = "";
            for (int i = 0; i < 200 && !answer.contains(full); i++) {
                answer = etcdctl(server, "put", "key", value);
            }
            assertThat(answer).contains(full);
            long before = size(server);
            assertThat(before).isGreaterThan(53_248);
            assertThat(etcdctl(server, "alarm", "list")).matches("memberID:[0-9]+ +alarm:NOSPACE ?\n");
            assertThat(etcdctl(server, "get", "key", "--keys-only")).startsWith("key\n");
            String status = etcdctl(server, "get", "key", "-w", "json");
            String revision = status.replaceAll(".*\"revision\":([0-9]+).*\n", "$1");
            assertThat(etcdctl(server, "compaction", "--physical", revision))
                    .contains("compacted revision " + revision);
            assertThat(etcdctl(server, "defrag")).contains("Finished defragmenting etcd member");
            assertThat(size(server)).isLessThan(before).isLessThan(150_000);
            assertThat(etcdctl(server, "put", "key", "small")).contains(full);
            assertThat(etcdctl(server, "alarm", "disarm")).contains("alarm:NOSPACE");
            assertThat(etcdctl(server, "alarm", "list")).isEmpty();
            assertThat(etcdctl(server, "put", "key", "small")).isEqualTo("OK\n");
        }
    }

    private static long size(ServerProcess server) throws IOException, InterruptedException {
        String status = etcdctl(server, "endpoint", "status", "-w", "fields");
        return Long.parseLong(status.replaceAll("(?s).*\"DBSize\" : ([0-9]+).*", "$1"));
    }

    @Test
    void c21TellsTheSupervisorWhenItIsReady() throws Exception {
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        CompletableFuture<String> notice = new CompletableFuture<>();
        Path socket = work.resolve("notify");
        try {
            Channel supervisor = new Bootstrap()
                    .group(loop)
                    .channel(EpollDomainDatagramChannel.class)
                    .handler(new SimpleChannelInboundHandler<DomainDatagramPacket>() {
                        @Override
                        protected void channelRead0(ChannelHandlerContext context, DomainDatagramPacket packet) {
                            notice.complete(packet.content().toString(StandardCharsets.UTF_8));
                        }
                    })
                    .bind(new DomainSocketAddress(socket.toString()))
                    .sync()
                    .channel();
            int port = ServerProcess.freePort();
            ProcessBuilder command = new ProcessBuilder(
                    OURS,
                    "--data-dir=" + work.resolve("data"),
                    "--listen-client-urls=http://127.0.0.1:" + port,
                    "--advertise-client-urls=http://127.0.0.1:" + port);
            command.environment().put("NOTIFY_SOCKET", socket.toString());
            try (ServerProcess server = ServerProcess.launch(command, work, port)) {
                assertThat(notice.get(30, TimeUnit.SECONDS)).isEqualTo("READY=1");
                assertThat(server.handle().isAlive()).isTrue();
            }
            supervisor.close().sync();
        } finally {
            loop.shutdownGracefully(0, 0, TimeUnit.SECONDS).sync();
        }
    }
}
