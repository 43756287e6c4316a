/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.model;

import java.util.List;
import org.apiguardian.api.API;

/**
 * Asks to be told of changes.
 *
 * @param range of which keys; an empty key means a single zero byte
 * @param startRevision from which revision on, inclusive; 0 for what comes next
 * @param progressNotify tell the revision now and then when nothing happens
 * @param filters what to leave out
 * @param prevKv tell also what was there before
 * @param watchId wanted id, 0 lets the stream choose
 * @param fragment split answers that are too large
 */
@API(status = API.Status.EXPERIMENTAL)
public record WatchCreateRequest(
        KeyRange range,
        long startRevision,
        boolean progressNotify,
        List<WatchFilter> filters,
        boolean prevKv,
        long watchId,
        boolean fragment) {
    /** Takes copies of lists. */
    public WatchCreateRequest {
        filters = List.copyOf(filters);
    }

    /**
     * Asks for everything that happens to a range from now on.
     *
     * @param range which keys
     * @return the request
     */
    public static WatchCreateRequest of(KeyRange range) {
        return new WatchCreateRequest(range, 0, false, List.of(), false, 0, false);
    }

    /**
     * The same request from another revision on.
     *
     * @param revision the first revision, inclusive
     * @return the request
     */
    public WatchCreateRequest from(long revision) {
        return new WatchCreateRequest(range, revision, progressNotify, filters, prevKv, watchId, fragment);
    }
}
