/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import org.apiguardian.api.API;

/**
 * Asks about alarms, or raises or lifts one.
 *
 * @param action what to do
 * @param memberId the member, unsigned; 0 in a listing for all
 * @param alarm which alarm
 */
@API(status = API.Status.EXPERIMENTAL)
public record AlarmRequest(AlarmAction action, long memberId, AlarmType alarm) {}
