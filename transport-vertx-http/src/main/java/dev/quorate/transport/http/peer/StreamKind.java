/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http.peer;

/** The two streams of each direction. */
enum StreamKind {
    /** Appended entries only, in a form that leaves out what both sides know. */
    APPEND("/raft/stream/msgapp/", "stream MsgApp v2"),
    /** All other messages; appended entries too while the first kind is down. */
    MESSAGE("/raft/stream/message/", "stream Message");

    private final String path;
    private final String text;

    StreamKind(String path, String text) {
        this.path = path;
        this.text = text;
    }

    /** Path of the stream; the id of who dials follows. */
    String path() {
        return path;
    }

    /** How etcd calls it in its log. */
    String text() {
        return text;
    }
}
