/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The one table of outcomes that clients compare by code and text.
 *
 * <p>Starting points: {@link dev.quorate.api.error.EtcdError}, thrown as {@link dev.quorate.api.error.EtcdException}.
 *
 * <p>Texts and codes never change. Failures of disk or network are not here: ports declare those.
 *
 * <p>Source: etcd v3.7.1, {@code api/v3rpc/rpctypes/error.go}.
 */
@NullMarked
package dev.quorate.api.error;

import org.jspecify.annotations.NullMarked;
