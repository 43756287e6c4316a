/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import dev.quorate.raft.spi.Message;

/** What a member does in a role with a message of its term, and when time passes. */
interface RoleSteps {
    StepResult step(Message message);

    void tick();
}
