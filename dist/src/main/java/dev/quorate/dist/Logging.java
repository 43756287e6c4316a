/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashSet;
import java.util.List;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Sets logging up in code: no file is read, which makes a start faster. */
final class Logging {
    private Logging() {}

    static void start(String level, String format, String outputs) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(levelOf(level));
        for (String output : new LinkedHashSet<>(List.of(outputs.split(",")))) {
            root.addAppender(appender(context, output.trim(), format.equals("console")));
        }
        context.getLogger("io.netty").setLevel(Level.WARN);
        context.getLogger("io.grpc").setLevel(Level.WARN);
        context.getLogger("io.vertx").setLevel(Level.WARN);
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
    }

    /** Runs something that nobody wants to read of. */
    static void silently(Runnable task) {
        Logger root = ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Level level = root.getLevel();
        root.setLevel(Level.OFF);
        try {
            task.run();
        } finally {
            root.setLevel(level);
        }
    }

    private static Level levelOf(String level) {
        return switch (level) {
            case "debug" -> Level.DEBUG;
            case "info" -> Level.INFO;
            case "warn" -> Level.WARN;
            case "error", "dpanic", "panic", "fatal" -> Level.ERROR;
            default -> throw new Settings.InvalidException("unknown log level " + level);
        };
    }

    private static void checkWritable(String file) {
        try (OutputStream probe =
                Files.newOutputStream(Path.of(file), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            probe.flush();
        } catch (NoSuchFileException e) {
            throw new Settings.InvalidException(
                    "open sink \"" + file + "\": open " + file + ": no such file or directory");
        } catch (IOException e) {
            throw new Settings.InvalidException("open sink \"" + file + "\": " + e);
        }
    }

    private static OutputStreamAppender<ILoggingEvent> appender(LoggerContext context, String output, boolean console) {
        OutputStreamAppender<ILoggingEvent> appender;
        if (List.of("default", "stdout", "stderr", "systemd/journal").contains(output)) {
            // A journal takes what its unit writes on standard error.
            ConsoleAppender<ILoggingEvent> stream = new ConsoleAppender<>();
            stream.setTarget(output.equals("stdout") ? "System.out" : "System.err");
            appender = stream;
        } else {
            checkWritable(output);
            FileAppender<ILoggingEvent> file = new FileAppender<>();
            file.setFile(output);
            appender = file;
        }
        appender.setContext(context);
        JsonLayout layout = new JsonLayout(console);
        layout.setContext(context);
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setLayout(layout);
        encoder.start();
        appender.setEncoder(encoder);
        appender.start();
        return appender;
    }
}
