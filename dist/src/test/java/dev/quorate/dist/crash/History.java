/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.quorate.wire.mvccpb.Event;
import dev.quorate.wire.mvccpb.KeyValue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What a store must hold after a sequence of events, made from nothing but these: the state at each revision, and the
 * hash that a member with this history has to answer.
 */
final class History {
    /** As key and end of a range: all keys. */
    static final ByteString ALL_KEYS = ByteString.copyFrom(new byte[] {0});

    /** A record: without {@code live}, a tombstone. */
    private record Version(
            long main, int sub, ByteString row, @Nullable KeyValue live) {}

    private final NavigableMap<ByteString, List<Version>> keys =
            new TreeMap<>(ByteString.unsignedLexicographicalComparator());
    private final NavigableMap<Long, List<Event>> events = new TreeMap<>();
    private long revision = 1;
    private long compactRevision = -1;

    long revision() {
        return revision;
    }

    /** The last revision that is known to be compacted, -1 for none. */
    long compactRevision() {
        return compactRevision;
    }

    /** Takes events in order; each revision must follow the one before, and each record its key's last one. */
    void add(List<Event> more) {
        for (Event event : more) {
            long main = event.getKv().getModRevision();
            if (main != revision) {
                assertThat(main).as("revision behind %d", revision).isEqualTo(revision + 1);
                revision = main;
            }
            List<Event> together = events.computeIfAbsent(main, any -> new ArrayList<>());
            add(event, together.size());
            together.add(event);
        }
    }

    private void add(Event event, int sub) {
        ByteString key = event.getKv().getKey();
        KeyValue before = at(key, revision);
        if (event.getType() == Event.EventType.DELETE) {
            assertThat(before)
                    .as("deleted at %d: %s", revision, key.toStringUtf8())
                    .isNotNull();
            KeyValue tombstone = KeyValue.newBuilder().setKey(key).build();
            add(key, new Version(revision, sub, tombstone.toByteString(), null));
        } else {
            KeyValue after = event.getKv();
            assertThat(after.getVersion())
                    .as("version of %s at %d", key.toStringUtf8(), revision)
                    .isEqualTo(before == null ? 1 : before.getVersion() + 1);
            assertThat(after.getCreateRevision())
                    .as("creation of %s at %d", key.toStringUtf8(), revision)
                    .isEqualTo(before == null ? revision : before.getCreateRevision());
            add(key, new Version(revision, sub, after.toByteString(), after));
        }
    }

    private void add(ByteString key, Version version) {
        keys.computeIfAbsent(key, any -> new ArrayList<>()).add(version);
    }

    /** Returns what happened at a revision; nothing if that was before the last {@link #forgetEvents}. */
    List<Event> eventsAt(long at) {
        return events.getOrDefault(at, List.of());
    }

    void forgetEvents() {
        events.clear();
    }

    @Nullable
    KeyValue at(ByteString key, long at) {
        Version last = null;
        for (Version version : keys.getOrDefault(key, List.of())) {
            if (version.main() <= at) {
                last = version;
            }
        }
        return last == null ? null : last.live();
    }

    /** Returns what a range holds at a revision; without an end, one key. */
    List<KeyValue> range(ByteString from, ByteString end, long at) {
        List<KeyValue> found = new ArrayList<>();
        for (ByteString key : inRange(from, end).keySet()) {
            KeyValue live = at(key, at);
            if (live != null) {
                found.add(live);
            }
        }
        return found;
    }

    private NavigableMap<ByteString, List<Version>> inRange(ByteString from, ByteString end) {
        if (end.isEmpty()) {
            return keys.subMap(from, true, from, true);
        }
        return end.equals(ALL_KEYS) ? keys.tailMap(from, true) : keys.subMap(from, true, end, false);
    }

    /** Returns the keys that a lease holds at a revision. */
    List<KeyValue> attached(long lease, long at) {
        return range(ALL_KEYS, ALL_KEYS, at).stream()
                .filter(live -> live.getLease() == lease)
                .toList();
    }

    /** Takes note that history up to a revision is gone: of each key only what is needed from there on stays. */
    void compact(long upTo) {
        compactRevision = Math.max(compactRevision, upTo);
        for (List<Version> versions : keys.values()) {
            int newest = -1;
            for (int i = 0; i < versions.size() && versions.get(i).main() <= upTo; i++) {
                newest = i;
            }
            if (newest >= 0) {
                boolean gone = versions.get(newest).live() == null;
                versions.subList(0, gone ? newest + 1 : newest).clear();
            }
        }
        keys.values().removeIf(List::isEmpty);
    }

    /**
     * Returns the hash of all records up to a revision that is not below the compacted one, at which some key is live.
     * Source: etcd v3.7.1, {@code server/storage/mvcc/hash.go}.
     */
    int hash(long upTo) {
        TreeMap<ByteString, ByteString> rows = new TreeMap<>(ByteString.unsignedLexicographicalComparator());
        for (List<Version> versions : keys.values()) {
            Version needed = null;
            for (Version version : versions) {
                if (version.main() <= Math.min(upTo, compactRevision)) {
                    needed = version;
                }
            }
            for (Version version : versions) {
                boolean old = version.main() <= compactRevision;
                boolean kept = version.equals(needed) && isLastUpTo(versions, version, upTo);
                if (version.main() <= upTo && (!old || kept)) {
                    rows.put(rowKey(version), version.row());
                }
            }
        }
        CRC32C crc = new CRC32C();
        crc.update("key".getBytes(StandardCharsets.UTF_8));
        rows.forEach((key, row) -> {
            crc.update(key.asReadOnlyByteBuffer());
            crc.update(row.asReadOnlyByteBuffer());
        });
        return (int) crc.getValue();
    }

    /** Of what is compacted, only what a read at the very revision sees counts. */
    private static boolean isLastUpTo(List<Version> versions, Version version, long upTo) {
        return version.live() != null
                && versions.stream().noneMatch(later -> later.main() > version.main() && later.main() <= upTo);
    }

    private static ByteString rowKey(Version version) {
        ByteBuffer key = ByteBuffer.allocate(version.live() == null ? 18 : 17);
        key.putLong(version.main()).put((byte) '_').putLong(version.sub());
        if (version.live() == null) {
            key.put((byte) 't');
        }
        return ByteString.copyFrom(key.flip());
    }
}
