/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http;

import dev.quorate.api.inbound.Maintenance;
import dev.quorate.api.model.StatusResponse;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.ArrayList;
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
        ProcessHandle.Info info = ProcessHandle.current().info();
        List<String> words = new ArrayList<>();
        words.add(info.command().orElse(""));
        words.addAll(List.of(info.arguments().orElse(new String[0])));
        return words.stream().map(Json::quote).collect(Collectors.joining(",", "[", "]"));
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
