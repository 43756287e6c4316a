/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http;

import dev.quorate.api.bytes.Bytes;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An answer.
 *
 * @param status code of the outcome
 * @param headers of this answer alone, in their order
 * @param body may be empty
 */
record Page(int status, Map<String, String> headers, Bytes body) {
    static final String TYPE = "Content-Type";
    static final String TEXT = "text/plain; charset=utf-8";

    private static final String SNIFF = "X-Content-Type-Options";
    private static final int OK = 200;

    Page {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    static Page ok(String type, String body) {
        return new Page(OK, Map.of(TYPE, type), Bytes.utf8(body));
    }

    static Page empty() {
        return new Page(OK, Map.of(), Bytes.EMPTY);
    }

    static Page plain(String body) {
        return text(OK, body);
    }

    /** What Go's helper for errors makes: the text and a line feed. */
    static Page error(int status, String message) {
        return text(status, message + "\n");
    }

    private static Page text(int status, String body) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(TYPE, TEXT);
        headers.put(SNIFF, "nosniff");
        return new Page(status, headers, Bytes.utf8(body));
    }

    Page with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>();
        more.put(name, value);
        more.putAll(headers);
        return new Page(status, more, body);
    }
}
