/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import org.apiguardian.api.API;

/**
 * A downgrade of the cluster.
 *
 * @param enabled whether one is under way
 * @param targetVersion to which version; empty if none
 */
@API(status = API.Status.EXPERIMENTAL)
public record DowngradeInfo(boolean enabled, String targetVersion) {}
