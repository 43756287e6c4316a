/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import org.apiguardian.api.API;

/**
 * An alarm of a member.
 *
 * @param memberId the member, unsigned
 * @param alarm what is wrong
 */
@API(status = API.Status.EXPERIMENTAL)
public record AlarmMember(long memberId, AlarmType alarm) {}
