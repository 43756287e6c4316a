/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.schema;

import org.apiguardian.api.API;

/**
 * What every command says about its request: the message {@code etcdserverpb.RequestHeader}.
 *
 * @param id id of the request, unsigned; by it the proposer recognises its own
 * @param username who asks; empty if auth is off
 * @param authRevision revision of users and roles at which the right was checked, 0 if auth is off
 */
@API(status = API.Status.EXPERIMENTAL)
public record CommandHeader(long id, String username, long authRevision) {
    /**
     * The header of a request without auth.
     *
     * @param id id of the request
     * @return the header
     */
    public static CommandHeader of(long id) {
        return new CommandHeader(id, "", 0);
    }
}
