/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The outbound ports to the machine: time, randomness, measurement.
 *
 * <p>Starting points: {@link dev.quorate.api.platform.Clock}, {@link dev.quorate.api.platform.Metrics}.
 *
 * <p>Adapters implement them; the inside sees nothing else of the machine.
 */
@NullMarked
package dev.quorate.api.platform;

import org.jspecify.annotations.NullMarked;
