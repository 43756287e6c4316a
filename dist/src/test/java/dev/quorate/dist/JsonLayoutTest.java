/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class JsonLayoutTest {
    @Test
    void writesListsAsListsAndPathsAsText() {
        LoggingEvent event = new LoggingEvent();
        event.setLevel(Level.INFO);
        event.setLoggerName("a.B");
        event.setInstant(Instant.EPOCH);
        event.setMessage("some");
        event.addKeyValuePair(new KeyValuePair("path", Path.of("/a/b")));
        event.addKeyValuePair(new KeyValuePair("list", List.of("x", 1)));
        assertThat(new JsonLayout(false).doLayout(event)).endsWith("\"path\":\"/a/b\",\"list\":[\"x\",1]}\n");
    }
}
