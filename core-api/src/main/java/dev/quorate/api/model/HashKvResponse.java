/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import org.apiguardian.api.API;

/**
 * The hash of all key records up to a revision.
 *
 * @param header who answered, and at which revision
 * @param hash CRC-32C, unsigned
 * @param compactRevision the compaction that the hash was made under, -1 for none
 * @param hashRevision up to which revision
 */
@API(status = API.Status.EXPERIMENTAL)
public record HashKvResponse(ResponseHeader header, int hash, long compactRevision, long hashRevision) {}
