/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import org.apiguardian.api.API;

/**
 * Asks to forget history before a revision.
 *
 * @param revision reads at it stay possible, older ones not
 * @param physical answer only when the old records are gone from storage
 */
@API(status = API.Status.EXPERIMENTAL)
public record CompactionRequest(long revision, boolean physical) {}
