/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import dev.quorate.raft.spi.Entry;
import java.util.List;
import org.apiguardian.api.API;

/**
 * What the driver has to do.
 *
 * <p>Entries to append go to the log with the hard state, and are acknowledged ({@link RaftCore#appended}) when they
 * are durable, not before. Entries to apply are committed already; both may be done at the same time.
 *
 * @param append entries for the log, in order; may be empty
 * @param apply entries for the state machine, in order; may be empty
 */
@API(status = API.Status.EXPERIMENTAL)
public record Ready(List<Entry> append, List<Entry> apply) {}
