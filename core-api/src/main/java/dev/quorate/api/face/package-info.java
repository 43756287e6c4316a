/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The SPIs by which a member finds its transports without knowing them.
 *
 * <p>Starting points: {@link dev.quorate.api.face.Face}, {@link dev.quorate.api.face.HttpBranch}.
 *
 * <p>No network types: an address is a text.
 */
@NullMarked
package dev.quorate.api.face;

import org.jspecify.annotations.NullMarked;
