/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import org.apiguardian.api.API;

/**
 * The hash of the whole storage.
 *
 * @param header who answered, and at which revision
 * @param hash CRC-32C, unsigned
 */
@API(status = API.Status.EXPERIMENTAL)
public record HashResponse(ResponseHeader header, int hash) {}
