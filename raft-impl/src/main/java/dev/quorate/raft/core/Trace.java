/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import dev.quorate.raft.spi.Message;
import org.jspecify.annotations.Nullable;

/** Makes trace events, if somebody listens. */
final class Trace {
    private final NodeState state;
    private final TraceListener listener;

    Trace(NodeState state, TraceListener listener) {
        this.state = state;
        this.listener = listener;
    }

    void event(TraceListener.Kind kind) {
        message(kind, null);
    }

    void message(TraceListener.Kind kind, @Nullable Message message) {
        if (listener != TraceListener.NONE) {
            listener.on(new TraceListener.Event(
                    kind,
                    state.id(),
                    state.role(),
                    state.hardState(),
                    state.leader(),
                    state.log().lastIndex(),
                    state.tracker().configuration().toConfState(),
                    message));
        }
    }
}
