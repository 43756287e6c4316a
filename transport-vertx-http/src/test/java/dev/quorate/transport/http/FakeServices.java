/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http;

import dev.quorate.api.inbound.Health;
import dev.quorate.api.inbound.Maintenance;
import dev.quorate.api.inbound.Services;
import dev.quorate.api.model.DowngradeInfo;
import dev.quorate.api.model.ResponseHeader;
import dev.quorate.api.model.StatusResponse;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A member whose health a test decides. */
final class FakeServices implements Health {
    final Map<String, String> failures = new HashMap<>();
    final List<String> asked = new ArrayList<>();
    String reason = "";
    String storageVersion = "3.7.0";
    boolean askedSerializable;
    Set<String> askedExcluded = Set.of();

    /** The ports: health and the status, nothing else. */
    Services ports() {
        Maintenance maintenance = only(Maintenance.class, "status", CompletableFuture.completedFuture(status()));
        return (Services) Proxy.newProxyInstance(
                Services.class.getClassLoader(), new Class<?>[] {Services.class}, (proxy, method, arguments) -> {
                    return switch (method.getName()) {
                        case "health" -> this;
                        case "maintenance" -> maintenance;
                        default -> throw new UnsupportedOperationException(method.getName());
                    };
                });
    }

    private static <T> T only(Class<T> port, String name, Object answer) {
        return port.cast(
                Proxy.newProxyInstance(port.getClassLoader(), new Class<?>[] {port}, (proxy, method, arguments) -> {
                    if (method.getName().equals(name)) {
                        return answer;
                    }
                    throw new UnsupportedOperationException(method.getName());
                }));
    }

    private static StatusResponse status() {
        return new StatusResponse(
                new ResponseHeader(1, 0xabcL, 7, 2),
                "3.7.1",
                1,
                1,
                1,
                0xabcL,
                9,
                2,
                8,
                List.of(),
                false,
                "3.7.0",
                new DowngradeInfo(false, ""));
    }

    @Override
    public CompletableFuture<Check> check(String name) {
        asked.add(name);
        return CompletableFuture.completedFuture(new Check(name, failures.getOrDefault(name, "")));
    }

    @Override
    public CompletableFuture<String> health(boolean serializable, Set<String> excludedAlarms) {
        askedSerializable = serializable;
        askedExcluded = excludedAlarms;
        return CompletableFuture.completedFuture(reason);
    }

    @Override
    public boolean hasLeader() {
        return true;
    }

    @Override
    public boolean isLearner() {
        return false;
    }

    @Override
    public Runnable whenLeaderLost(Runnable then) {
        return () -> {};
    }

    @Override
    public String clusterVersion() {
        return "3.7.0";
    }

    @Override
    public String storageVersion() {
        return storageVersion;
    }
}
