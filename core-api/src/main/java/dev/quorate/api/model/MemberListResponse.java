/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import java.util.List;
import org.apiguardian.api.API;

/**
 * Lists the members.
 *
 * @param header who answered, and at which revision
 * @param members all of them, by id
 */
@API(status = API.Status.EXPERIMENTAL)
public record MemberListResponse(ResponseHeader header, List<Member> members) {
    /** Takes copies of lists. */
    public MemberListResponse {
        members = List.copyOf(members);
    }
}
