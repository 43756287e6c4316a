/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.mvcc;

import java.util.List;
import org.apiguardian.api.API;

/**
 * Everything that one revision changed.
 *
 * @param revision the main revision
 * @param changes at least one, by sub revision; not to be changed
 */
@API(status = API.Status.EXPERIMENTAL)
public record RevisionChanges(long revision, List<Change> changes) {}
