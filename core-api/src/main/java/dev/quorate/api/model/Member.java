/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import java.util.List;
import org.apiguardian.api.API;

/**
 * A member of the cluster.
 *
 * @param id its id, unsigned
 * @param name its name; empty until it has started
 * @param peerUrls where its peers reach it
 * @param clientUrls where clients reach it; empty until it has started
 * @param learner whether it only learns
 */
@API(status = API.Status.EXPERIMENTAL)
public record Member(long id, String name, List<String> peerUrls, List<String> clientUrls, boolean learner) {
    /** Takes copies of lists. */
    public Member {
        peerUrls = List.copyOf(peerUrls);
        clientUrls = List.copyOf(clientUrls);
    }
}
