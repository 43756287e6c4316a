/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.cluster;

import java.io.IOException;
import java.util.List;

/** Where the members of a cluster find each other. */
public interface Network extends AutoCloseable {
    /**
     * Returns the loopback interface, with addresses that belong to one cluster alone and cannot be cut off.
     *
     * @return the network
     */
    static Network loopback() {
        return new Loopback();
    }

    /**
     * Returns the address of a member.
     *
     * @param number its number, from 0
     * @return an IPv4 address that tests can reach too
     */
    String host(int number);

    /**
     * Returns what goes before the command that starts a member.
     *
     * @param number its number
     * @return words of a command line; may be empty
     */
    List<String> launcher(int number);

    /**
     * Lets nothing through from one member to another, without telling either, or lets it through again.
     *
     * @param from number of the sender
     * @param to number of the receiver
     * @param cut whether it is lost
     * @throws IOException if that cannot be done
     * @throws InterruptedException if the caller is interrupted
     */
    void cut(int from, int to, boolean cut) throws IOException, InterruptedException;

    @Override
    void close();
}
