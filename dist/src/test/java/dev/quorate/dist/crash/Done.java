/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.crash;

import com.google.protobuf.Message;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A request and what its client knows of it.
 *
 * @param request the request
 * @param answer the answer; null if the server was gone before it came, so that nobody knows
 * @param floor the highest revision that any client had been told when the request was made
 */
record Done(Message request, @Nullable Message answer, long floor) {
    boolean isAnswered() {
        return answer != null;
    }

    /** The revision in the header of the answer. */
    long revision() {
        return Objects.requireNonNull(Client.header(known())).getRevision();
    }

    /** The answer, which is there. */
    Message known() {
        return Objects.requireNonNull(answer);
    }
}
