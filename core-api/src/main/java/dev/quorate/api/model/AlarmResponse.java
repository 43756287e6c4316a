/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import java.util.List;
import org.apiguardian.api.API;

/**
 * Answers with the alarms that were meant.
 *
 * @param header who answered, and at which revision
 * @param alarms those listed, raised or lifted
 */
@API(status = API.Status.EXPERIMENTAL)
public record AlarmResponse(ResponseHeader header, List<AlarmMember> alarms) {
    /** Takes copies of lists. */
    public AlarmResponse {
        alarms = List.copyOf(alarms);
    }
}
