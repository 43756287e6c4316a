/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http;

import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Labels of one sample.
 *
 * @param names in their order
 * @param text as they stand between the braces, without a comma at the end; empty if there are none
 */
record Labels(List<String> names, String text) {
    Labels {
        names = List.copyOf(names);
    }

    static Labels of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("label " + namesAndValues[namesAndValues.length - 1] + " has no value");
        }
        TreeMap<String, String> sorted = new TreeMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            sorted.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        String text = sorted.entrySet().stream()
                .map(label -> label.getKey() + "=\"" + escape(label.getValue()) + '"')
                .collect(Collectors.joining(","));
        return new Labels(List.copyOf(sorted.keySet()), text);
    }

    private static String escape(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
}
