/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import dev.quorate.api.bytes.Bytes;
import org.apiguardian.api.API;

/**
 * Who holds an election.
 *
 * @param name name of the election
 * @param key the key that shows the leadership
 * @param revision its create revision
 * @param lease the lease that it hangs on
 */
@API(status = API.Status.EXPERIMENTAL)
public record Leader(Bytes name, Bytes key, long revision, long lease) {}
