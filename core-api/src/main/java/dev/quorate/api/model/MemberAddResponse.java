/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import java.util.List;
import org.apiguardian.api.API;

/**
 * Answer to the addition of a member.
 *
 * @param header who answers; its revision is 0
 * @param member the new member, which has no name and no client URLs yet
 * @param members all members, the new one among them, by id
 */
@API(status = API.Status.EXPERIMENTAL)
public record MemberAddResponse(ResponseHeader header, Member member, List<Member> members) {
    /** Takes copies of lists. */
    public MemberAddResponse {
        members = List.copyOf(members);
    }
}
