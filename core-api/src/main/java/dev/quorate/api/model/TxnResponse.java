/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import java.util.List;
import org.apiguardian.api.API;

/**
 * Answers a transaction.
 *
 * @param header who answered, and at which revision
 * @param succeeded whether the conditions held
 * @param responses an answer for each operation, in their order
 */
@API(status = API.Status.EXPERIMENTAL)
public record TxnResponse(ResponseHeader header, boolean succeeded, List<ResponseOp> responses) implements ResponseOp {
    /** Takes copies of lists. */
    public TxnResponse {
        responses = List.copyOf(responses);
    }
}
