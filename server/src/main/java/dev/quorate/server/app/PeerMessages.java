/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.ProtoReader;
import dev.quorate.api.bytes.ProtoWriter;
import dev.quorate.lease.LeaseTime;
import java.util.ArrayList;
import java.util.List;

/**
 * What members ask one another about leases, as {@code etcdserverpb} and {@code leasepb} have it. Source: etcd v3.7.1,
 * {@code server/lease/leasehttp/http.go}.
 */
final class PeerMessages {
    private PeerMessages() {}

    /**
     * A question for the time of a lease.
     *
     * @param id the lease
     * @param keys tell its keys too
     */
    record TimeQuestion(long id, boolean keys) {}

    static Bytes keepAliveRequest(long id) {
        return new ProtoWriter(16).varint(1, id).toBytes();
    }

    static long keepAliveRequestId(Bytes request) {
        long id = 0;
        ProtoReader reader = new ProtoReader(request);
        while (reader.next()) {
            if (reader.field() == 1) {
                id = reader.varint();
            } else {
                reader.skip();
            }
        }
        return id;
    }

    static Bytes keepAliveResponse(long id, long ttlSeconds) {
        return new ProtoWriter(32).varint(2, id).varint(3, ttlSeconds).toBytes();
    }

    static long keepAliveResponseTtl(Bytes response) {
        long ttl = 0;
        ProtoReader reader = new ProtoReader(response);
        while (reader.next()) {
            if (reader.field() == 3) {
                ttl = reader.varint();
            } else {
                reader.skip();
            }
        }
        return ttl;
    }

    static Bytes timeRequest(long id, boolean keys) {
        ProtoWriter writer = new ProtoWriter(32);
        int mark = writer.begin(1);
        writer.varint(1, id).bool(2, keys).end(mark);
        return writer.toBytes();
    }

    static TimeQuestion timeQuestion(Bytes request) {
        long id = 0;
        boolean keys = false;
        ProtoReader outer = new ProtoReader(request);
        while (outer.next()) {
            if (outer.field() != 1) {
                outer.skip();
                continue;
            }
            ProtoReader reader = outer.message();
            while (reader.next()) {
                switch (reader.field()) {
                    case 1 -> id = reader.varint();
                    case 2 -> keys = reader.bool();
                    default -> reader.skip();
                }
            }
        }
        return new TimeQuestion(id, keys);
    }

    static Bytes timeResponse(long id, LeaseTime time) {
        ProtoWriter writer = new ProtoWriter(64);
        int mark = writer.begin(1);
        writer.end(writer.begin(1)); // a header of nothing, as etcd has it there
        writer.varint(2, id).varint(3, time.ttlSeconds()).varint(4, time.grantedTtlSeconds());
        time.keys().forEach(key -> writer.bytesAlways(5, key));
        writer.end(mark);
        return writer.toBytes();
    }

    static LeaseTime time(Bytes response) {
        long ttl = 0;
        long granted = 0;
        List<Bytes> keys = new ArrayList<>();
        ProtoReader outer = new ProtoReader(response);
        while (outer.next()) {
            if (outer.field() != 1) {
                outer.skip();
                continue;
            }
            ProtoReader reader = outer.message();
            while (reader.next()) {
                switch (reader.field()) {
                    case 3 -> ttl = reader.varint();
                    case 4 -> granted = reader.varint();
                    case 5 -> keys.add(reader.bytes());
                    default -> reader.skip();
                }
            }
        }
        return new LeaseTime(ttl, granted, List.copyOf(keys));
    }
}
