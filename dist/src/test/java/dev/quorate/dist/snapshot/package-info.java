/* SPDX-License-Identifier: Apache-2.0 */
/** The way of whole stores: out of a member, into another one, from and to real etcd. */
@NullMarked
package dev.quorate.dist.snapshot;

import org.jspecify.annotations.NullMarked;
