/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http;

import java.util.Locale;

/** Texts in JSON as Go's encoder writes them. */
final class Json {
    private static final int FIRST_PRINTABLE = 0x20;

    private Json() {}

    static String quote(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                // Go keeps these out of the way of HTML.
                case '<', '>', '&', '\u2028', '\u2029' -> quoted.append(unicode(c));
                default -> {
                    if (c < FIRST_PRINTABLE) {
                        quoted.append(unicode(c));
                    } else {
                        quoted.append(c);
                    }
                }
            }
        }
        return quoted.append('"').toString();
    }

    private static String unicode(char c) {
        return String.format(Locale.ROOT, "\\u%04x", (int) c);
    }
}
