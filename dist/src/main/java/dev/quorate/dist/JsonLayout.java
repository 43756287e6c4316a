/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.slf4j.event.KeyValuePair;

/**
 * Log lines as etcd writes them: one JSON object per line with level, ts, caller, msg and the event's own fields, or
 * the same separated by tabs.
 */
final class JsonLayout extends LayoutBase<ILoggingEvent> {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final boolean console;

    JsonLayout(boolean console) {
        this.console = console;
    }

    @Override
    public String doLayout(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(256);
        String level = levelOf(event.getLevel());
        String time = TIME.format(event.getInstant());
        String name = event.getLoggerName();
        String caller = name.substring(name.lastIndexOf('.') + 1);
        if (console) {
            line.append(time)
                    .append('\t')
                    .append(level)
                    .append('\t')
                    .append(caller)
                    .append('\t')
                    .append(event.getFormattedMessage());
            StringBuilder fields = new StringBuilder();
            appendFields(fields, event);
            if (!fields.isEmpty()) {
                line.append("\t{").append(fields, 1, fields.length()).append('}');
            }
            return line.append('\n').toString();
        }
        line.append("{\"level\":\"")
                .append(level)
                .append("\",\"ts\":\"")
                .append(time)
                .append("\",\"caller\":");
        quote(line, caller);
        line.append(",\"msg\":");
        quote(line, event.getFormattedMessage());
        appendFields(line, event);
        return line.append("}\n").toString();
    }

    private static void appendFields(StringBuilder line, ILoggingEvent event) {
        if (event.getKeyValuePairs() != null) {
            for (KeyValuePair pair : event.getKeyValuePairs()) {
                line.append(',');
                quote(line, pair.key);
                line.append(':');
                value(line, pair.value);
            }
        }
        IThrowableProxy failure = event.getThrowableProxy();
        if (failure != null) {
            line.append(",\"error\":");
            quote(line, failure.getClassName() + ": " + failure.getMessage());
            line.append(",\"stacktrace\":");
            quote(line, ThrowableProxyUtil.asString(failure));
        }
    }

    private static String levelOf(Level level) {
        return level.toString().toLowerCase(Locale.ROOT);
    }

    private static void value(StringBuilder line, Object value) {
        if (value instanceof Number || value instanceof Boolean) {
            line.append(value);
        } else if (value instanceof Iterable<?> list && !(value instanceof Path)) { // whose parts are paths again
            line.append('[');
            String separator = "";
            for (Object element : list) {
                line.append(separator);
                value(line, element);
                separator = ",";
            }
            line.append(']');
        } else {
            quote(line, String.valueOf(value));
        }
    }

    private static void quote(StringBuilder line, String text) {
        line.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> line.append("\\\"");
                case '\\' -> line.append("\\\\");
                case '\n' -> line.append("\\n");
                case '\t' -> line.append("\\t");
                case '\r' -> line.append("\\r");
                default -> {
                    if (c < ' ') {
                        line.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
                    } else {
                        line.append(c);
                    }
                }
            }
        }
        line.append('"');
    }
}
