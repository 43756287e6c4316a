/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.grpc.peer;

import dev.quorate.raft.spi.contract.SnapshotFlowContract;

class SnapshotFlowTest extends SnapshotFlowContract {
    SnapshotFlowTest() {
        super(
                new GrpcPeerTransportProvider(),
                "http://127.0.0.1:" + GrpcPeerTransportTest.freePort(),
                "http://127.0.0.1:" + GrpcPeerTransportTest.freePort());
    }
}
