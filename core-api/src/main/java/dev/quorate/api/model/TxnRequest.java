/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import java.util.List;
import org.apiguardian.api.API;

/**
 * Asks for one of two lists of operations, all at once, chosen by conditions.
 *
 * @param compares conditions, all of which have to hold
 * @param success what to do if they hold
 * @param failure what to do if not
 */
@API(status = API.Status.EXPERIMENTAL)
public record TxnRequest(List<Compare> compares, List<RequestOp> success, List<RequestOp> failure)
        implements RequestOp {
    /** Takes copies of lists. */
    public TxnRequest {
        compares = List.copyOf(compares);
        success = List.copyOf(success);
        failure = List.copyOf(failure);
    }
}
