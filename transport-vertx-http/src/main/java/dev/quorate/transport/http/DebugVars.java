/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http;

import dev.quorate.api.inbound.Maintenance;
import dev.quorate.api.model.StatusResponse;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** {@code /debug/vars}: the variables that etcd shows, as far as a JVM has them. */
final class DebugVars {
    private static final long NANOS_OF_MILLI = 1_000_000;

    private final Maintenance maintenance;

    DebugVars(Maintenance maintenance) {
        this.maintenance = maintenance;
    }

    CompletableFuture<Page> page() {
        return maintenance
                .status()
                .thenApply(status -> Page.ok(
                        "application/json; charset=utf-8",
                        "{\n\"cmdline\": " + commandLine() + ",\n\"file_descriptor_limit\": "
                                + FileDescriptors.limit() + ",\n\"memstats\": " + memory() + ",\n\"raft.status\": "
                                + raft(status) + "\n}\n"));
    }

    private static String commandLine() {
        return words().stream().map(Json::quote).collect(Collectors.joining(",", "[", "]"));
    }

    /** Linux tells all of it; Java's own way leaves out a long one. */
    private static List<String> words() {
        try {
            String line = Files.readString(Path.of("/proc/self/cmdline"), StandardCharsets.UTF_8);
            return List.of(line.split("\0"));
        } catch (IOException e) {
            return List.of(ProcessHandle.current().info().command().orElse(""));
        }
    }

    private static String memory() {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        MemoryUsage other = ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage();
        long collections = 0;
        long pauseMillis = 0;
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            collections += Math.max(0, collector.getCollectionCount());
            pauseMillis += Math.max(0, collector.getCollectionTime());
        }
        return "{\"Alloc\":" + heap.getUsed()
                + ",\"Sys\":" + (heap.getCommitted() + other.getCommitted())
                + ",\"HeapAlloc\":" + heap.getUsed()
                + ",\"HeapSys\":" + heap.getCommitted()
                + ",\"HeapIdle\":" + (heap.getCommitted() - heap.getUsed())
                + ",\"HeapInuse\":" + heap.getUsed()
                + ",\"OtherSys\":" + other.getCommitted()
                + ",\"PauseTotalNs\":" + pauseMillis * NANOS_OF_MILLI
                + ",\"NumGC\":" + collections + "}";
    }

    private static String raft(StatusResponse status) {
        long id = status.header().memberId();
        String state = status.leader() == id ? "StateLeader" : "StateFollower";
        return "{\"id\":\"" + Long.toHexString(id)
                + "\",\"term\":" + Long.toUnsignedString(status.raftTerm())
                + ",\"commit\":" + Long.toUnsignedString(status.raftIndex())
                + ",\"lead\":\"" + Long.toHexString(status.leader())
                + "\",\"raftState\":\"" + state
                + "\",\"applied\":" + Long.toUnsignedString(status.raftAppliedIndex()) + "}";
    }
}
