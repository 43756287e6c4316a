/* SPDX-License-Identifier: Apache-2.0 */
@NullMarked
package dev.quorate.mvcc.index;

import org.jspecify.annotations.NullMarked;
