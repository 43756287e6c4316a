/* SPDX-License-Identifier: Apache-2.0 */
@NullMarked
package dev.quorate.lease;

import org.jspecify.annotations.NullMarked;
