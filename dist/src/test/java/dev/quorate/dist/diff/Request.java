/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.diff;

import com.google.protobuf.Message;

/**
 * A request to both servers.
 *
 * @param method full name of the method
 * @param message what is sent
 * @param answer an empty answer, for its kind
 * @param streamed whether several answers come
 */
record Request(String method, Message message, Message answer, boolean streamed) {
    static Request unary(String method, Message message, Message answer) {
        return new Request(method, message, answer, false);
    }
}
