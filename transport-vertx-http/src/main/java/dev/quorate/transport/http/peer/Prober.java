/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http.peer;

import dev.quorate.raft.spi.PeerObserver;
import dev.quorate.raft.spi.PeerUrl;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a member every few seconds whether it is there, how long an answer takes, and what time it is. For the event
 * loop only.
 *
 * <p>Source: etcd v3.7.1, {@code rafthttp/probing_status.go}.
 */
final class Prober {
    private static final Logger LOG = LoggerFactory.getLogger(Prober.class);
    private static final long INTERVAL_MILLIS = 4_000; // as etcd: shorter than the time after which connections close
    private static final long ANSWER_MILLIS_MAX = 5_000;
    private static final Duration DRIFT_MAX = Duration.ofSeconds(1);
    private static final long REPEAT_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final Pattern NOW = Pattern.compile("\"Now\":\"([^\"]+)\"");

    private final Peer peer;
    private final PeerNet net;
    private final Identity identity;
    private final PeerObserver observer;
    private boolean busy;
    private boolean healthy = true;
    private boolean driftTold;
    private long toldNanos;
    private long timer = -1;

    Prober(Peer peer, PeerNet net, Identity identity, PeerObserver observer) {
        this.peer = peer;
        this.net = net;
        this.identity = identity;
        this.observer = observer;
    }

    void start() {
        timer = net.vertx().setPeriodic(INTERVAL_MILLIS, fired -> probe());
    }

    private void probe() {
        if (busy) {
            return;
        }
        busy = true;
        PeerUrl url = peer.picker().pick();
        net.request(net.requests(), url, HttpMethod.GET, "/raft/probing")
                .compose(request -> {
                    identity.sign(request.headers());
                    request.idleTimeout(ANSWER_MILLIS_MAX);
                    long begun = Nanos.now();
                    return request.send()
                            .compose(response -> response.body().map(body -> {
                                if (response.statusCode() != Answers.OK) {
                                    throw new IllegalStateException("got unexpected HTTP status code "
                                            + response.statusCode() + " from " + url);
                                }
                                answered(Nanos.since(begun), body.toString());
                                return "";
                            }));
                })
                .onComplete(answer -> {
                    busy = false;
                    if (answer.failed()) {
                        unhealthy(String.valueOf(answer.cause().getMessage()));
                    } else {
                        healthy = true;
                    }
                });
    }

    private void answered(long nanos, String body) {
        observer.roundTrip(peer.id(), nanos);
        Matcher now = NOW.matcher(body);
        if (!now.find()) {
            return;
        }
        try {
            Duration drift = Duration.between(ZonedDateTime.parse(now.group(1)), ZonedDateTime.now(ZoneOffset.UTC))
                    .minusNanos(nanos / 2);
            boolean high = drift.abs().compareTo(DRIFT_MAX) > 0;
            if (high && !driftTold) {
                LOG.atWarn()
                        .addKeyValue("remote-peer-id", Long.toHexString(peer.id()))
                        .addKeyValue("clock-drift", drift)
                        .addKeyValue("rtt", Duration.ofNanos(nanos))
                        .log("prober found high clock drift");
            }
            driftTold = high;
        } catch (DateTimeParseException e) {
            LOG.atDebug().addKeyValue("answer", body).log("a probe was answered without a time");
        }
    }

    private void unhealthy(String error) {
        if (timer < 0) {
            return;
        }
        if (healthy || Nanos.since(toldNanos) > REPEAT_NANOS) {
            toldNanos = Nanos.now();
            LOG.atWarn()
                    .addKeyValue("round-tripper-name", "ROUND_TRIPPER_RAFT_MESSAGE")
                    .addKeyValue("remote-peer-id", Long.toHexString(peer.id()))
                    .addKeyValue("error", error)
                    .log("prober detected unhealthy status");
        }
        healthy = false;
    }

    void stop() {
        if (timer >= 0) {
            net.vertx().cancelTimer(timer);
            timer = -1;
        }
    }
}
