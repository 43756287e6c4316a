/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import org.apiguardian.api.API;

/**
 * Answer about a downgrade.
 *
 * @param header who answers
 * @param version version of the cluster, such as {@code 3.7}
 */
@API(status = API.Status.EXPERIMENTAL)
public record DowngradeResponse(ResponseHeader header, String version) {}
