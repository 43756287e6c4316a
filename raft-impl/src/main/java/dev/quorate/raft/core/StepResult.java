/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import org.apiguardian.api.API;

/** What has become of a message that was handed to the core. */
@API(status = API.Status.EXPERIMENTAL)
public enum StepResult {
    /** It was taken, or needed no taking. */
    OK,
    /** A proposal that nobody takes: it will never be committed. */
    PROPOSAL_DROPPED,
    /** A message that must not come from the network. */
    LOCAL_MESSAGE,
    /** An answer of somebody who is no member. */
    PEER_NOT_FOUND
}
