/* SPDX-License-Identifier: Apache-2.0 */
@NullMarked
package dev.quorate.watch;

import org.jspecify.annotations.NullMarked;
