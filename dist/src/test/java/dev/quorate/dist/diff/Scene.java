/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.diff;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.quorate.wire.etcdserverpb.LeaseTimeToLiveRequest;
import dev.quorate.wire.etcdserverpb.RangeRequest;
import dev.quorate.wire.etcdserverpb.RangeResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * What all makers of requests know: chance, keys, and how far the store is.
 *
 * <p>Keys are few where they are sorted by something else than themselves, for the sort of etcd keeps equal ones in
 * order up to twelve: {@code k0} to {@code k8} and the three above them. The many lie below, and below those the keys
 * of locks and elections, which nothing else changes.
 */
final class Scene {
    static final int SMALL_KEYS = 9;
    static final int MANY_KEYS = 250;
    static final ByteString SENTINEL = ByteString.copyFromUtf8("~");
    static final ByteString FIRST_SMALL = ByteString.copyFromUtf8("k");
    static final ByteString FIRST_FREE = ByteString.copyFromUtf8("b");
    static final ByteString FROM_KEY = ByteString.copyFrom(new byte[1]);
    private static final List<ByteString> ODD_KEYS =
            List.of(ByteString.copyFromUtf8("o\0"), ByteString.copyFrom(new byte[] {'o', -1, -1}));

    final Dice dice;
    private final Function<Call, Answer> reference;
    long revision = 1;
    long compactRevision = -1;

    /**
     * The compact revision at the last restart of ours. Real etcd, which is not restarted, remembers the hashes that it
     * took for compactions up to this one, even where it would refuse now; a member that has started since does not.
     */
    long forgottenHash;

    /** The last revision that changed large values. */
    long largeRevision;

    /** Revisions at which a compaction breaks real etcd: a key was deleted "from a key on" and put again. */
    final Set<Long> uncompactable = new HashSet<>();

    Scene(long seed, Function<Call, Answer> reference) {
        this.dice = new Dice(seed);
        this.reference = reference;
    }

    /** Reads at real etcd, to know what to ask for. */
    RangeResponse look(RangeRequest request) {
        Message found = reference.apply(Call.of(Call.RANGE, request)).messages().get(0);
        try {
            return RangeResponse.parseFrom(found.toByteString());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    boolean hasLease(long id) {
        Message found = reference
                .apply(Call.of(
                        Call.LEASE_TIME_TO_LIVE,
                        LeaseTimeToLiveRequest.newBuilder().setID(id).build()))
                .messages()
                .get(0);
        return (Long) found.getField(found.getDescriptorForType().findFieldByName("grantedTTL")) > 0;
    }

    /** Tells whether a hash may be asked for: none that only a member remembers that was not restarted. */
    boolean isHashable(long hashRevision) {
        return hashRevision <= 0 || hashRevision > forgottenHash;
    }

    void seen(Answer answer) {
        revision = Math.max(revision, answer.revision());
    }

    /** Every key that is ever put, beside those of locks and elections. */
    static Set<ByteString> allKeys() {
        List<ByteString> keys = new ArrayList<>(ODD_KEYS);
        keys.add(SENTINEL);
        for (int i = 0; i < SMALL_KEYS; i++) {
            keys.add(small(i));
        }
        for (int i = 0; i < MANY_KEYS; i++) {
            keys.add(many(i));
        }
        return Set.copyOf(keys);
    }

    static ByteString small(int number) {
        return ByteString.copyFromUtf8("k" + number);
    }

    static ByteString many(int number) {
        return ByteString.copyFromUtf8("b%03d".formatted(number));
    }

    ByteString key() {
        if (dice.oneIn(60)) {
            return ByteString.EMPTY;
        }
        return dice.oneIn(20) ? dice.pick(ODD_KEYS) : small(dice.below(SMALL_KEYS));
    }

    ByteString value() {
        return switch (dice.below(40)) {
            case 0 -> ByteString.EMPTY;
            case 1 -> dice.bytes(dice.below(64));
            case 2 -> dice.bytes(1 + dice.below(8000));
            default -> ByteString.copyFromUtf8("v" + dice.below(20));
        };
    }

    /** The end of a range that begins with a small key. */
    ByteString end(boolean fromKey) {
        return switch (dice.below(5)) {
            case 0, 1 -> ByteString.EMPTY;
            case 2 -> ByteString.copyFromUtf8("l");
            case 3 -> fromKey ? FROM_KEY : small(5);
            default -> small(dice.below(SMALL_KEYS));
        };
    }

    /** A revision, mostly one that can be read. */
    long past() {
        return switch (dice.below(20)) {
            case 0 -> revision + dice.below(5);
            case 1 -> -dice.below(3);
            case 2 -> Math.max(1, compactRevision - dice.below(3));
            case 3 -> dice.oneIn(10) ? Long.MAX_VALUE - dice.below(2) : compactRevision;
            default -> Math.max(-1, revision - dice.below(40));
        };
    }
}
