/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http;

import java.math.BigDecimal;
import java.util.Locale;

/**
 * Prometheus' text format 0.0.4 with numbers as Go writes them ({@code 1}, {@code 2.147483648e+09}), since scripts
 * compare whole lines of etcd's metrics. Not thread-safe.
 */
final class TextFormat {
    /** The powers of ten from here up to the next one are written without an exponent. */
    private static final int PLAIN_EXPONENT_MIN = -4;

    private static final int PLAIN_EXPONENT_MAX = 5;

    private final StringBuilder lines = new StringBuilder(16 << 10);

    void head(String name, String help, String type) {
        lines.append("# HELP ")
                .append(name)
                .append(' ')
                .append(help.replace("\\", "\\\\").replace("\n", "\\n"))
                .append("\n# TYPE ")
                .append(name)
                .append(' ')
                .append(type)
                .append('\n');
    }

    void sample(String name, String labels, double value) {
        series(name, labels).append(number(value)).append('\n');
    }

    void count(String name, String labels, long value) {
        series(name, labels).append(value).append('\n');
    }

    private StringBuilder series(String name, String labels) {
        lines.append(name);
        if (!labels.isEmpty()) {
            lines.append('{').append(labels).append('}');
        }
        return lines.append(' ');
    }

    @Override
    public String toString() {
        return lines.toString();
    }

    static String number(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        } else if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        } else if (value == 0) {
            return "0";
        }
        BigDecimal shortest = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        int exponent = shortest.precision() - shortest.scale() - 1;
        if (exponent >= PLAIN_EXPONENT_MIN && exponent <= PLAIN_EXPONENT_MAX) {
            return shortest.toPlainString();
        }
        String digits = shortest.unscaledValue().abs().toString();
        return (value < 0 ? "-" : "")
                + digits.charAt(0)
                + (digits.length() > 1 ? "." + digits.substring(1) : "")
                + String.format(Locale.ROOT, "e%+03d", exponent);
    }
}
