/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.model.AlarmMember;
import dev.quorate.api.model.AlarmType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The alarms that are up. Changed by the applier alone, read by any thread: each change makes a new list.
 *
 * <p>Source: etcd v3.7.1, {@code server/etcdserver/api/v3alarm/alarms.go}.
 */
final class AlarmBook {
    private static final Comparator<AlarmMember> ORDER =
            Comparator.comparing(AlarmMember::alarm).thenComparing(AlarmMember::memberId, Long::compareUnsigned);

    private volatile List<AlarmMember> alarms;

    AlarmBook(List<AlarmMember> stored) {
        alarms = sorted(stored);
    }

    /** Takes what is stored now in place of what was known. */
    void reload(List<AlarmMember> stored) {
        alarms = sorted(stored);
    }

    private static List<AlarmMember> sorted(List<AlarmMember> stored) {
        return stored.stream().sorted(ORDER).toList();
    }

    /** Lists the alarms of a type, all for {@code NONE}. */
    List<AlarmMember> get(AlarmType type) {
        return alarms.stream()
                .filter(alarm -> type == AlarmType.NONE || alarm.alarm() == type)
                .toList();
    }

    boolean isUp(AlarmType type) {
        for (AlarmMember alarm : alarms) {
            if (alarm.alarm() == type) {
                return true;
            }
        }
        return false;
    }

    /** Raises an alarm; returns it, whether it was up before or not. */
    AlarmMember activate(long memberId, AlarmType type) {
        AlarmMember alarm = new AlarmMember(memberId, type);
        if (!alarms.contains(alarm)) {
            List<AlarmMember> next = new ArrayList<>(alarms);
            next.add(alarm);
            next.sort(ORDER);
            alarms = List.copyOf(next);
        }
        return alarm;
    }

    /** Lifts an alarm; null if it is not up. */
    @Nullable
    AlarmMember deactivate(long memberId, AlarmType type) {
        AlarmMember alarm = new AlarmMember(memberId, type);
        if (!alarms.contains(alarm)) {
            return null;
        }
        alarms = alarms.stream().filter(other -> !other.equals(alarm)).toList();
        return alarm;
    }
}
