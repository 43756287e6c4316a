/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http.peer;

import dev.quorate.raft.spi.contract.SnapshotFlowContract;

class SnapshotFlowTest extends SnapshotFlowContract {
    SnapshotFlowTest() {
        super(
                new HttpPeerTransportProvider(),
                "http://127.0.0.1:" + HttpPeerTransportTest.freePort(),
                "http://127.0.0.1:" + HttpPeerTransportTest.freePort());
    }
}
