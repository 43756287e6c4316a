/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.quorate.api.platform.Metrics;
import java.lang.management.ManagementFactory;

/** Open files of the process and how many there may be; nothing where the system does not tell. */
final class FileDescriptors {
    private FileDescriptors() {}

    static void register(Metrics metrics) {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean) {
            metrics.gauge("os_fd_used", "The number of used file descriptors.", () -> used());
            metrics.gauge("os_fd_limit", "The file descriptor limit.", () -> limit());
        }
    }

    private static long used() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getOpenFileDescriptorCount()
                : 0;
    }

    static long limit() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : 0;
    }
}
