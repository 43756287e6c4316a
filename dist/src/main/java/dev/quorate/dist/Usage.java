/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Properties;

/** What the server says about itself. */
final class Usage {
    private Usage() {}

    static String version() {
        Properties build = new Properties();
        try (InputStream file = Objects.requireNonNull(Usage.class.getResourceAsStream("build.properties"))) {
            build.load(new java.io.InputStreamReader(file, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return "etcd Version: 3.7.1\nQuorate Version: " + build.getProperty("version") + "\n";
    }

    static String synopsis() {
        return "Usage:\n\n  quorated [flags]\n    Start a server.\n\n  quorated --version\n"
                + "    Show the version.\n\n  quorated -h | --help\n    Show the flags.\n";
    }

    static String flags(Flags flags) {
        StringBuilder text =
                new StringBuilder("\nFlags (also as variables ETCD_NAME_OF_FLAG, or keys of --config-file):\n");
        for (Flag flag : flags.all()) {
            if (flag.fate() != Flag.Fate.IGNORED) {
                text.append("  --")
                        .append(flag.name())
                        .append(" '")
                        .append(flag.fallback())
                        .append('\'');
                switch (flag.fate()) {
                    case ACCEPTED -> text.append("  (no effect yet)");
                    case REFUSED -> text.append("  (not served yet)");
                    default -> {}
                }
                text.append('\n');
            }
        }
        return text.toString();
    }
}
