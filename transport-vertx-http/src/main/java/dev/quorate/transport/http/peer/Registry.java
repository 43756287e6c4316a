/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http.peer;

import org.jspecify.annotations.Nullable;

/** Who is known. For the event loop. */
interface Registry {
    /** A member of the cluster; null if it is not known as one. */
    @Nullable
    Peer member(long id);

    /** Hears of a member that has introduced itself: it may be answered even if it is not known yet. */
    void introduce(long id, String urls);
}
