/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.diff;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Something that is done at each server, and what came of it compared.
 *
 * @param description what it is, for who reads of a difference
 * @param action begins it, and returns what waits for its outcome
 * @param lesson hears what the reference made of it, after everybody has done it
 */
record Step(Supplier<String> description, Function<Subject, Supplier<Answer>> action, Consumer<Answer> lesson) {
    static Step named(String description, Function<Subject, Answer> action) {
        return new Step(() -> description, subject -> () -> action.apply(subject), answer -> {});
    }

    Step then(Consumer<Answer> more) {
        return new Step(description, action, lesson.andThen(more));
    }

    /** Has each server answer one more call, which is not compared, before the step is over there. */
    Step followed(Call call) {
        return new Step(
                description,
                subject -> {
                    Supplier<Answer> begun = action.apply(subject);
                    return () -> {
                        Answer answer = begun.get();
                        subject.ask(call);
                        return answer;
                    };
                },
                lesson);
    }

    /** Sends a message. */
    static Step call(String method, Message message) {
        Call call = Call.of(method, message);
        return new Step(
                () -> method + " {\n" + shown(TextFormat.printer().printToString(message)) + "}",
                subject -> subject.connection().send(call)::await,
                answer -> {});
    }

    /** Sends bytes that may be no message. */
    static Step raw(Call call) {
        return new Step(
                () -> {
                    StringBuilder text = new StringBuilder(call.method() + " " + call.headers());
                    for (ByteString message : call.messages()) {
                        text.append('\n').append(bytes(message));
                    }
                    return text.toString();
                },
                subject -> subject.connection().send(call)::await,
                answer -> {});
    }

    static String bytes(ByteString bytes) {
        return bytes.size() + " bytes " + shown(TextFormat.escapeBytes(bytes));
    }

    private static String shown(String text) {
        return text.length() <= 6000 ? text : text.substring(0, 6000) + "... (" + text.length() + " characters)";
    }
}
