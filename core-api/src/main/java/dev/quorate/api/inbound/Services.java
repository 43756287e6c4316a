/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.inbound;

import org.apiguardian.api.API;

/** Every inbound port of a member. Thread-safe. */
@API(status = API.Status.EXPERIMENTAL)
public interface Services {
    /**
     * Returns the port to keys.
     *
     * @return the port
     */
    Kv kv();

    /**
     * Returns the port to watches.
     *
     * @return the port
     */
    Watches watches();

    /**
     * Returns the port to leases.
     *
     * @return the port
     */
    Leases leases();

    /**
     * Returns the port to locks.
     *
     * @return the port
     */
    Locks locks();

    /**
     * Returns the port to elections.
     *
     * @return the port
     */
    Elections elections();

    /**
     * Returns the port to membership.
     *
     * @return the port
     */
    Cluster cluster();

    /**
     * Returns the port to maintenance.
     *
     * @return the port
     */
    Maintenance maintenance();

    /**
     * Returns the port to health.
     *
     * @return the port
     */
    Health health();
}
