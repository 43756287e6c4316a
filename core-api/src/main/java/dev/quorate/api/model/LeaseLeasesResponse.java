/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import java.util.List;
import org.apiguardian.api.API;

/**
 * Lists leases.
 *
 * @param header who answered, and at which revision
 * @param ids the leases that this member knows, the one that ends next first
 */
@API(status = API.Status.EXPERIMENTAL)
public record LeaseLeasesResponse(ResponseHeader header, List<Long> ids) {
    /** Takes copies of lists. */
    public LeaseLeasesResponse {
        ids = List.copyOf(ids);
    }
}
