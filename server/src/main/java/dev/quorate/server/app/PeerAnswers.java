/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.MalformedProtoException;
import dev.quorate.api.error.EtcdException;
import dev.quorate.api.model.HashKvResponse;
import dev.quorate.membership.Membership;
import dev.quorate.raft.spi.PeerCallException;
import dev.quorate.raft.spi.PeerCallException.Reason;
import dev.quorate.raft.spi.PeerCallNames;
import dev.quorate.raft.spi.PeerCalls;
import dev.quorate.schema.HashRecord;
import dev.quorate.schema.MemberRecords;
import dev.quorate.schema.VersionsRecord;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers what other members ask. The names are registered before the transport listens, the services come later: what
 * needs them is refused until then. Thread-safe.
 *
 * <p>Source: etcd v3.7.1, {@code server/etcdserver/api/etcdhttp/peer.go}, {@code server/lease/leasehttp/http.go}.
 */
final class PeerAnswers {
    private final Membership membership;
    private volatile @Nullable Sources sources;

    /**
     * Who knows the answers.
     *
     * @param promotions makes voters of learners
     * @param leases knows leases
     * @param applied waits for what is committed
     * @param maintenance hashes
     * @param gate makes reads wait
     */
    record Sources(
            ClusterService promotions,
            LeaseService leases,
            AppliedLimit applied,
            MaintenanceService maintenance,
            ReadGate gate) {}

    PeerAnswers(Membership membership, PeerCalls calls) {
        this.membership = membership;
        calls.handle(PeerCallNames.MEMBERS, request -> done(MemberRecords.encodeAll(membership.members())));
        calls.handle(PeerCallNames.VERSION, request -> done(versions().encode()));
        calls.handle(PeerCallNames.PROMOTE, request -> serve(from -> promote(from, request)));
        calls.handle(PeerCallNames.KEEP_ALIVE, request -> serve(from -> keepAlive(from, request)));
        calls.handle(PeerCallNames.TIME_TO_LIVE, request -> serve(from -> timeToLive(from, request)));
        calls.handle(PeerCallNames.HASH_KV, request -> serve(from -> hash(from, request)));
        calls.handle(PeerCallNames.DOWNGRADE_ENABLED, request -> serve(this::downgradeEnabled));
    }

    /** Begins to answer what needs services. */
    void open(Sources knowing) {
        sources = knowing;
    }

    private VersionsRecord versions() {
        String cluster = membership.clusterVersion();
        String storage = membership.storageVersion();
        return new VersionsRecord(
                EtcdVersion.SERVER,
                cluster.isEmpty() ? "not_decided" : cluster,
                storage.isEmpty() ? "unknown" : storage);
    }

    private CompletionStage<Bytes> serve(Function<Sources, CompletableFuture<Bytes>> answer) {
        Sources from = sources;
        if (from == null) {
            return refused("etcdserver: server is not ready");
        }
        try {
            return answer.apply(from).exceptionallyCompose(failure -> {
                Throwable cause = LeaderCalls.unwrap(failure);
                return cause instanceof PeerCallException
                        ? CompletableFuture.failedFuture(cause)
                        : refused(textOf(cause));
            });
        } catch (MalformedProtoException e) {
            return refused("error unmarshalling request");
        } catch (IllegalArgumentException e) {
            return refused("error unmarshalling request");
        }
    }

    /** The member's own words, where etcd has others inside than for clients. */
    private static String textOf(Throwable failure) {
        if (failure instanceof EtcdException known) {
            return PeerTexts.inside(known);
        }
        return String.valueOf(failure.getMessage());
    }

    private static CompletableFuture<Bytes> promote(Sources from, Bytes request) {
        long id;
        try {
            id = Long.parseUnsignedLong(request.toUtf8());
        } catch (NumberFormatException e) {
            return refused(PeerTexts.ID_NOT_FOUND);
        }
        return from.promotions().promote(id).thenApply(MemberRecords::encodeAll);
    }

    private static CompletableFuture<Bytes> keepAlive(Sources from, Bytes request) {
        long id = PeerMessages.keepAliveRequestId(request);
        return waiting(from, () -> from.leases().renewHere(id))
                .thenCompose(ttl ->
                        ttl > 0 ? done(PeerMessages.keepAliveResponse(id, ttl)) : refused(LeaseService.NOT_FOUND));
    }

    private static CompletableFuture<Bytes> timeToLive(Sources from, Bytes request) {
        PeerMessages.TimeQuestion question = PeerMessages.timeQuestion(request);
        return waiting(from, () -> from.leases().timeHere(question.id(), question.keys()))
                .thenCompose(time -> time.map(known -> done(PeerMessages.timeResponse(question.id(), known)))
                        .orElseGet(() -> refused(LeaseService.NOT_FOUND)));
    }

    private static <T> CompletableFuture<T> waiting(Sources from, Supplier<CompletableFuture<T>> then) {
        return from.applied().reach().thenCompose(reached -> then.get());
    }

    private static CompletableFuture<Bytes> hash(Sources from, Bytes request) {
        return from.maintenance().hashKv(HashRecord.decodeQuestion(request)).thenApply(PeerAnswers::encoded);
    }

    private static Bytes encoded(HashKvResponse answer) {
        return new HashRecord(
                        answer.header().revision(), answer.hash(), answer.compactRevision(), answer.hashRevision())
                .encode();
    }

    private CompletableFuture<Bytes> downgradeEnabled(Sources from) {
        return from.gate()
                .confirm()
                .thenApply(
                        done -> Bytes.utf8(String.valueOf(membership.downgrade().enabled())));
    }

    private static CompletableFuture<Bytes> done(Bytes answer) {
        return CompletableFuture.completedFuture(answer);
    }

    private static <T> CompletableFuture<T> refused(String why) {
        return CompletableFuture.failedFuture(new PeerCallException(Reason.REFUSED, why));
    }
}
