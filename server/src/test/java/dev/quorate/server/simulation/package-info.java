/* SPDX-License-Identifier: Apache-2.0 */
/** Clusters of whole members on one thread, from one seed, checked from outside. */
@org.jspecify.annotations.NullMarked
package dev.quorate.server.simulation;
