/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.schema;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.ProtoReader;
import dev.quorate.api.bytes.ProtoWriter;
import dev.quorate.api.message.Numbers;
import dev.quorate.api.model.AlarmMember;
import dev.quorate.api.model.AlarmType;
import org.apiguardian.api.API;

/**
 * Alarms as bucket {@code alarm} holds them: the message {@code etcdserverpb.AlarmMember} is the key, the value is
 * empty.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class AlarmRecords {
    private AlarmRecords() {}

    /**
     * Encodes an alarm.
     *
     * @param alarm the alarm
     * @return the message; empty for no alarm of no member, which cannot be stored
     */
    public static Bytes encode(AlarmMember alarm) {
        return new ProtoWriter(16)
                .varint(1, alarm.memberId())
                .varint(2, alarm.alarm().ordinal())
                .toBytes();
    }

    /**
     * Decodes an alarm.
     *
     * @param bytes the message
     * @return the alarm
     * @throws dev.quorate.api.bytes.MalformedProtoException if it is not such a message
     */
    public static AlarmMember decode(Bytes bytes) {
        long member = 0;
        AlarmType type = AlarmType.NONE;
        ProtoReader reader = new ProtoReader(bytes);
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> member = reader.varint();
                case 2 -> type = Numbers.alarmType(reader.varint());
                default -> reader.skip();
            }
        }
        return new AlarmMember(member, type);
    }
}
