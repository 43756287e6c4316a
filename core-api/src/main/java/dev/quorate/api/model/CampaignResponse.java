/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import org.apiguardian.api.API;

/**
 * Answers an election that was won.
 *
 * @param header who answered, and at which revision
 * @param leader proof of the leadership
 */
@API(status = API.Status.EXPERIMENTAL)
public record CampaignResponse(ResponseHeader header, Leader leader) {}
