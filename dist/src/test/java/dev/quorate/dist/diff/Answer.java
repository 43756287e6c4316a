/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.diff;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.List;

/**
 * What a server made of a step.
 *
 * @param text all that is compared
 * @param messages the messages that came, as they came
 */
record Answer(String text, List<Message> messages) {
    static Answer of(String text) {
        return new Answer(text, List.of());
    }

    boolean refused() {
        return text.startsWith(Answers.ERROR);
    }

    /** The revision in the header of the last message; 0 if there is none. */
    long revision() {
        if (messages.isEmpty()) {
            return 0;
        }
        Message last = messages.get(messages.size() - 1);
        FieldDescriptor header = last.getDescriptorForType().findFieldByName("header");
        if (header == null) {
            return 0;
        }
        Message value = (Message) last.getField(header);
        return (Long) value.getField(value.getDescriptorForType().findFieldByName("revision"));
    }
}
