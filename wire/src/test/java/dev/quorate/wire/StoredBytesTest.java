/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.AlarmMember;
import dev.quorate.api.model.KeyValue;
import dev.quorate.schema.AlarmRecords;
import dev.quorate.schema.Command;
import dev.quorate.schema.CommandHeader;
import dev.quorate.schema.Commands;
import dev.quorate.schema.LeaseRecord;
import dev.quorate.wire.etcdserverpb.AlarmType;
import dev.quorate.wire.etcdserverpb.AuthUserAddRequest;
import dev.quorate.wire.etcdserverpb.InternalRaftRequest;
import dev.quorate.wire.etcdserverpb.RequestHeader;
import dev.quorate.wire.leasepb.Lease;
import org.junit.jupiter.api.Test;

/** What is replicated and stored, by hand against the generated classes, in both directions. */
class StoredBytesTest {
    @Test
    void commandsAreThoseOfTheGeneratedClass() {
        Seeds.each(values -> {
            CommandHeader header = values.commandHeader();
            Command command = values.command();
            Bytes expected = Bytes.wrap(Protos.of(header, command).toByteArray());

            assertThat(Commands.encode(header, command)).isEqualTo(expected);
            assertThat(Commands.decode(expected)).isEqualTo(new Commands.Decoded(header, command));
            assertThat(Commands.headerId(expected)).isEqualTo(header.id());
        });
    }

    @Test
    void commandsNotUnderstoodAreCarriedAsTheyAre() {
        InternalRaftRequest request = InternalRaftRequest.newBuilder()
                .setHeader(RequestHeader.newBuilder().setID(5))
                .setAuthUserAdd(AuthUserAddRequest.newBuilder().setName("n").setHashedPassword("h"))
                .build();
        Bytes bytes = Bytes.wrap(request.toByteArray());
        Commands.Decoded decoded = Commands.decode(bytes);

        assertThat(decoded.command())
                .isEqualTo(new Command.Unknown(
                        InternalRaftRequest.AUTH_USER_ADD_FIELD_NUMBER,
                        Bytes.wrap(request.getAuthUserAdd().toByteArray())));
        assertThat(Commands.encode(decoded.header(), decoded.command())).isEqualTo(bytes);
    }

    @Test
    void aCommandOfTheOldestVersionsIsNamedByTheOuterId() {
        InternalRaftRequest request = InternalRaftRequest.newBuilder().setID(77).build();

        assertThat(Commands.decode(Bytes.wrap(request.toByteArray())).header().id())
                .isEqualTo(77);
    }

    @Test
    void keyValuesAreThoseOfTheGeneratedClass() {
        Seeds.each(values -> {
            KeyValue kv = values.keyValue();
            Bytes expected = Bytes.wrap(Protos.of(kv).toByteArray());

            assertThat(kv.encode()).isEqualTo(expected);
            assertThat(KeyValue.decode(expected)).isEqualTo(kv);
        });
    }

    @Test
    void leasesAreThoseOfTheGeneratedClass() {
        Seeds.each(values -> {
            LeaseRecord lease = new LeaseRecord(values.number(), values.number(), values.number());
            Bytes expected = Bytes.wrap(Lease.newBuilder()
                    .setID(lease.id())
                    .setTTL(lease.ttlSeconds())
                    .setRemainingTTL(lease.remainingTtlSeconds())
                    .build()
                    .toByteArray());

            assertThat(lease.encode()).isEqualTo(expected);
            assertThat(LeaseRecord.decode(expected)).isEqualTo(lease);
        });
    }

    @Test
    void alarmsAreThoseOfTheGeneratedClass() {
        Seeds.each(values -> {
            AlarmMember alarm = values.alarmMember();
            Bytes expected = Bytes.wrap(dev.quorate.wire.etcdserverpb.AlarmMember.newBuilder()
                    .setMemberID(alarm.memberId())
                    .setAlarm(AlarmType.valueOf(alarm.alarm().name()))
                    .build()
                    .toByteArray());

            assertThat(AlarmRecords.encode(alarm)).isEqualTo(expected);
            assertThat(AlarmRecords.decode(expected)).isEqualTo(alarm);
        });
    }
}
