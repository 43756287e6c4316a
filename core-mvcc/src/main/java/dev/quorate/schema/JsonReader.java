/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.schema;

import dev.quorate.api.bytes.Bytes;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads JSON objects, one field after the other.
 *
 * <p>What is not JSON, or not of the asked kind, ends in {@link IllegalArgumentException}; nothing else is thrown,
 * however hostile the bytes. Not thread-safe.
 */
final class JsonReader {
    private static final int DEPTH_MAX = 64;

    private final String text;
    private int at;
    private boolean begun;
    private String name = "";

    JsonReader(Bytes json) {
        this(json.toUtf8());
        expect('{');
    }

    private JsonReader(String text) {
        this.text = text;
    }

    /** Cuts a list into its elements, each JSON again. */
    static List<Bytes> elements(Bytes json) {
        JsonReader reader = new JsonReader(json.toUtf8());
        List<Bytes> elements = new ArrayList<>();
        reader.list(() -> {
            reader.blanks();
            int from = reader.at;
            reader.skip();
            elements.add(Bytes.utf8(reader.text.substring(from, reader.at)));
        });
        reader.blanks();
        if (reader.at != reader.text.length()) {
            throw reader.damaged("something behind its end");
        }
        return elements;
    }

    /** Moves to the next field; false at the end of the object, behind which nothing may stand. */
    boolean next() {
        char c = peek();
        if (c == '}') {
            at++;
            blanks();
            if (at != text.length()) {
                throw damaged("something behind its end");
            }
            return false;
        }
        if (begun) {
            expect(',');
        }
        begun = true;
        blanks();
        name = text();
        expect(':');
        return true;
    }

    String name() {
        return name;
    }

    boolean bool() {
        if (isNull()) {
            return false;
        }
        if (word("true")) {
            return true;
        }
        if (word("false")) {
            return false;
        }
        throw damaged("no truth value");
    }

    /** Reads an unsigned number; null as 0, as Go does. */
    long number() {
        return isNull() ? 0 : digits();
    }

    String string() {
        return isNull() ? "" : text();
    }

    List<String> strings() {
        List<String> values = new ArrayList<>();
        list(() -> values.add(string()));
        return values;
    }

    List<Long> numbers() {
        List<Long> values = new ArrayList<>();
        list(() -> values.add(number()));
        return values;
    }

    void skip() {
        skip(DEPTH_MAX);
    }

    private void skip(int depth) {
        if (depth == 0) {
            throw damaged("nested too deeply");
        }
        switch (peek()) {
            case '"' -> text();
            case '[' -> list(() -> skip(depth - 1));
            case '{' -> object(depth);
            case 't', 'f' -> bool();
            case 'n' -> {
                if (!isNull()) {
                    throw damaged("no value");
                }
            }
            default -> anyNumber();
        }
    }

    private void object(int depth) {
        expect('{');
        if (peek() == '}') {
            at++;
            return;
        }
        do {
            blanks();
            text();
            expect(':');
            skip(depth - 1);
        } while (another('}'));
    }

    private void list(Runnable element) {
        if (isNull()) {
            return;
        }
        expect('[');
        if (peek() == ']') {
            at++;
            return;
        }
        do {
            element.run();
        } while (another(']'));
    }

    private boolean another(char end) {
        char c = peek();
        if (c != ',' && c != end) {
            throw damaged("no comma");
        }
        at++;
        return c == ',';
    }

    private long digits() {
        blanks();
        int from = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        try {
            return Long.parseUnsignedLong(text, from, at, 10);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(damaged("no number").getMessage(), e);
        }
    }

    private void anyNumber() {
        blanks();
        int from = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        if (at == from) {
            throw damaged("no value");
        }
    }

    private String text() {
        expect('"');
        StringBuilder value = new StringBuilder();
        while (true) {
            char c = take();
            if (c == '"') {
                return value.toString();
            }
            value.append(c == '\\' ? escaped() : c);
        }
    }

    private char escaped() {
        char c = take();
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                int value = 0;
                for (int i = 0; i < 4; i++) {
                    int digit = Character.digit(take(), 16);
                    if (digit < 0) {
                        throw damaged("no hexadecimal digit");
                    }
                    value = value << 4 | digit;
                }
                yield (char) value;
            }
            default -> throw damaged("an unknown escape");
        };
    }

    private boolean isNull() {
        return word("null");
    }

    private boolean word(String word) {
        blanks();
        if (text.startsWith(word, at)) {
            at += word.length();
            return true;
        }
        return false;
    }

    private void expect(char wanted) {
        if (peek() != wanted) {
            throw damaged("no '" + wanted + "'");
        }
        at++;
    }

    private char peek() {
        blanks();
        if (at >= text.length()) {
            throw damaged("its end");
        }
        return text.charAt(at);
    }

    private char take() {
        if (at >= text.length()) {
            throw damaged("its end");
        }
        return text.charAt(at++);
    }

    private void blanks() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private IllegalArgumentException damaged(String what) {
        return new IllegalArgumentException("damaged JSON: " + what + " at " + at + " of " + text);
    }
}
