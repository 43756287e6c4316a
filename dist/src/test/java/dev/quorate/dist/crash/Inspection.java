/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.quorate.wire.etcdserverpb.CompactionRequest;
import dev.quorate.wire.etcdserverpb.HashKVRequest;
import dev.quorate.wire.etcdserverpb.HashKVResponse;
import dev.quorate.wire.etcdserverpb.LeaseGrantRequest;
import dev.quorate.wire.etcdserverpb.LeaseLeasesRequest;
import dev.quorate.wire.etcdserverpb.LeaseLeasesResponse;
import dev.quorate.wire.etcdserverpb.LeaseRevokeRequest;
import dev.quorate.wire.etcdserverpb.LeaseStatus;
import dev.quorate.wire.etcdserverpb.RangeRequest;
import dev.quorate.wire.etcdserverpb.RangeResponse;
import dev.quorate.wire.etcdserverpb.ResponseHeader;
import dev.quorate.wire.mvccpb.Event;
import dev.quorate.wire.mvccpb.KeyValue;
import io.grpc.ManagedChannel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Looks at a server that was killed and started again: what clients were told must be true of what it holds.
 *
 * <p>Its history since the last look is read as events, and becomes part of a {@link History}. Every revision in it
 * must come from one request, either acknowledged with that revision or never answered; every acknowledged answer, of
 * reads too, must be what the history says; and reads and hashes of the server, at old revisions too, must be those of
 * the history.
 */
final class Inspection {
    private static final int OLD_REVISIONS = 12;

    private final ManagedChannel channel;
    private final History history;
    private final Set<Long> leases;
    private final Random random;

    /**
     * Creates an inspection.
     *
     * @param channel to the server, which nobody else changes
     * @param history what was there the last time
     * @param leases which leases were there the last time
     * @param random chooses revisions to look at
     */
    Inspection(ManagedChannel channel, History history, Set<Long> leases, Random random) {
        this.channel = channel;
        this.history = history;
        this.leases = leases;
        this.random = random;
    }

    /** Checks what clients were told since the last time; returns how many answers that were. */
    int check(List<Done> done, long known) {
        long before = history.revision();
        history.forgetEvents();
        RangeResponse all = range(History.ALL_KEYS, 0);
        long now = all.getHeader().getRevision();
        assertThat(now).as("revision after clients were told of %d", known).isGreaterThanOrEqualTo(known);
        if (now > before) {
            history.add(Rpc.history(channel, before + 1, now));
        }
        assertThat(history.revision()).isEqualTo(now);
        explain(before, now, done);
        int answers = checkAnswers(done);
        checkState(all.getKvsList(), done);
        checkLeases(done);
        return answers;
    }

    private RangeResponse range(ByteString key, long revision) {
        return (RangeResponse) Rpc.call(
                channel,
                RangeRequest.newBuilder()
                        .setKey(key)
                        .setRangeEnd(key.equals(History.ALL_KEYS) ? key : ByteString.EMPTY)
                        .setRevision(revision)
                        .build());
    }

    /** Finds the one request that each new revision comes from. */
    private void explain(long before, long now, List<Done> done) {
        Effects effects = new Effects(history);
        Set<Long> explained = new HashSet<>();
        List<Done> unanswered = new ArrayList<>();
        List<Done> revocations = new ArrayList<>();
        for (Done one : done) {
            if (!one.isAnswered()) {
                unanswered.add(one);
            } else if (one.request() instanceof LeaseRevokeRequest) {
                revocations.add(one);
            } else if (Effects.hasEffect(one.request(), one.known())) {
                explain(one, effects, explained);
            }
        }
        for (Done one : revocations) { // whether one had an effect is not in its answer
            long revision = one.revision();
            if (!explained.contains(revision) && revision > before && effects.match(one.request(), revision)) {
                explained.add(revision);
            }
        }
        for (long revision = before + 1; revision <= now; revision++) {
            if (!explained.contains(revision)) {
                long at = revision;
                Done cause = unanswered.stream()
                        .filter(one -> effects.match(one.request(), at))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError(
                                "revision " + at + " comes from no request: " + history.eventsAt(at)));
                unanswered.remove(cause);
            }
        }
    }

    private void explain(Done one, Effects effects, Set<Long> explained) {
        long revision = one.revision();
        assertThat(revision).as("revision of %s", one.request()).isGreaterThan(one.floor());
        assertThat(explained.add(revision))
                .as("revision %d was given to two requests, one is %s", revision, one.request())
                .isTrue();
        List<Event> expected = effects.of(one.request(), revision);
        assertThat(history.eventsAt(revision))
                .as("what is there at revision %d, acknowledged to %s", revision, one.request())
                .isEqualTo(expected);
    }

    private int checkAnswers(List<Done> done) {
        Answers answers = new Answers(history);
        int count = 0;
        for (Done one : done) {
            if (one.isAnswered()) {
                ResponseHeader header = Client.header(one.known());
                boolean stale = one.request() instanceof RangeRequest range && range.getSerializable();
                if (header != null && !stale) {
                    assertThat(header.getRevision())
                            .as("revision told to %s", one.request())
                            .isGreaterThanOrEqualTo(one.floor());
                }
                answers.check(one.request(), one.known());
                count++;
            }
        }
        return count;
    }

    /** Compares reads and hashes of now and of old revisions; then forgets what is compacted. */
    private void checkState(List<KeyValue> now, List<Done> done) {
        assertThat(now).as("all keys").isEqualTo(history.range(History.ALL_KEYS, History.ALL_KEYS, history.revision()));
        HashKVResponse hash = hash(0);
        long compacted = hash.getCompactRevision();
        checkCompaction(compacted, done);
        if (compacted > 0) {
            history.compact(compacted);
        }
        assertThat(hash.getHash()).as("hash at %d", history.revision()).isEqualTo(history.hash(history.revision()));
        long least = Math.max(2, compacted + 1);
        for (int i = 0; i < OLD_REVISIONS && least < history.revision(); i++) {
            long revision = least + (long) (random.nextDouble() * (history.revision() - least));
            assertThat(range(History.ALL_KEYS, revision).getKvsList())
                    .as("all keys at %d", revision)
                    .isEqualTo(history.range(History.ALL_KEYS, History.ALL_KEYS, revision));
            for (Event event : history.eventsAt(revision)) {
                ByteString key = event.getKv().getKey();
                KeyValue live = history.at(key, revision);
                assertThat(range(key, revision).getKvsList())
                        .as("%s at %d", key.toStringUtf8(), revision)
                        .isEqualTo(live == null ? List.of() : List.of(live));
            }
            if (i < 3) {
                assertThat(hash(revision).getHash()).as("hash at %d", revision).isEqualTo(history.hash(revision));
            }
        }
    }

    private HashKVResponse hash(long revision) {
        return (HashKVResponse) Rpc.call(
                channel, HashKVRequest.newBuilder().setRevision(revision).build());
    }

    private void checkCompaction(long compacted, List<Done> done) {
        Set<Long> asked = new HashSet<>(Set.of(history.compactRevision()));
        long acknowledged = history.compactRevision();
        for (Done one : done) {
            if (one.request() instanceof CompactionRequest compaction) {
                asked.add(compaction.getRevision());
                if (one.isAnswered()) {
                    acknowledged = Math.max(acknowledged, compaction.getRevision());
                }
            }
        }
        assertThat(compacted)
                .as("compacted revision")
                .isGreaterThanOrEqualTo(acknowledged)
                .isIn(asked);
    }

    private void checkLeases(List<Done> done) {
        Set<Long> possible = new HashSet<>(leases);
        for (Done one : done) {
            if (one.request() instanceof LeaseGrantRequest grant) {
                possible.add(grant.getID());
                if (one.isAnswered()) {
                    leases.add(grant.getID());
                }
            }
        }
        for (Done one : done) {
            if (one.request() instanceof LeaseRevokeRequest revoke) {
                leases.remove(revoke.getID());
                if (one.isAnswered()) {
                    possible.remove(revoke.getID());
                }
            }
        }
        LeaseLeasesResponse answer = (LeaseLeasesResponse) Rpc.call(channel, LeaseLeasesRequest.getDefaultInstance());
        Set<Long> found = new HashSet<>();
        for (LeaseStatus lease : answer.getLeasesList()) {
            found.add(lease.getID());
        }
        assertThat(found).as("leases").containsAll(leases);
        assertThat(possible).as("leases that may be there").containsAll(found);
        leases.clear();
        leases.addAll(found);
    }
}
