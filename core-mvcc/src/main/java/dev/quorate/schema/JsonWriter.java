/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.schema;

import dev.quorate.api.bytes.Bytes;
import java.util.List;

/**
 * Writes flat JSON objects as Go's {@code encoding/json} does: no blanks, and in texts {@code <}, {@code >}, {@code &}
 * and the two line separators of Unicode escaped, half surrogate pairs replaced. Not thread-safe.
 */
final class JsonWriter {
    private static final String HEX = "0123456789abcdef";

    private final StringBuilder out = new StringBuilder(128).append('{');

    JsonWriter number(String name, long unsigned) {
        name(name).append(Long.toUnsignedString(unsigned));
        return this;
    }

    JsonWriter bool(String name, boolean value) {
        name(name).append(value);
        return this;
    }

    JsonWriter string(String name, String value) {
        text(name(name), value);
        return this;
    }

    /** Writes a list of texts; one without elements as null, as Go writes a slice that was never made. */
    JsonWriter strings(String name, List<String> values) {
        name(name);
        if (values.isEmpty()) {
            out.append("null");
            return this;
        }
        for (int i = 0; i < values.size(); i++) {
            text(out.append(i == 0 ? '[' : ','), values.get(i));
        }
        out.append(']');
        return this;
    }

    JsonWriter numbersIfAny(String name, List<Long> unsigned) {
        if (!unsigned.isEmpty()) {
            name(name);
            for (int i = 0; i < unsigned.size(); i++) {
                out.append(i == 0 ? '[' : ',').append(Long.toUnsignedString(unsigned.get(i)));
            }
            out.append(']');
        }
        return this;
    }

    Bytes toBytes() {
        return Bytes.utf8(toText());
    }

    String toText() {
        return out.append('}').toString();
    }

    /** Writes a text alone. */
    static String text(String value) {
        StringBuilder alone = new StringBuilder(value.length() + 16);
        text(alone, value);
        return alone.toString();
    }

    private StringBuilder name(String name) {
        if (out.length() > 1) {
            out.append(',');
        }
        return out.append('"').append(name).append("\":");
    }

    private static void text(StringBuilder out, String value) {
        out.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (Character.isHighSurrogate(c)
                    && i + 1 < value.length()
                    && Character.isLowSurrogate(value.charAt(i + 1))) {
                out.append(c).append(value.charAt(++i));
            } else {
                one(out, c);
            }
        }
        out.append('"');
    }

    private static void one(StringBuilder out, char c) {
        switch (c) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case '\b' -> out.append("\\b");
            case '\f' -> out.append("\\f");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            case '<', '>', '&' -> escaped(out, c);
            default -> {
                if (c < ' ' || c == 0x2028 || c == 0x2029) {
                    escaped(out, c);
                } else if (Character.isSurrogate(c)) {
                    escaped(out, (char) 0xFFFD);
                } else {
                    out.append(c);
                }
            }
        }
    }

    private static void escaped(StringBuilder out, char c) {
        out.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
            out.append(HEX.charAt(c >> shift & 0xF));
        }
    }
}
