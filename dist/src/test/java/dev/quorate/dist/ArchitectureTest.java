/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may see whom. The table is the architecture; everybody may see the JDK, JSpecify and API Guardian. */
class ArchitectureTest {
    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.quorate");

    private static final List<String> EVERYBODY = List.of("java..", "org.jspecify..", "org.apiguardian..");
    private static final String API = "dev.quorate.api..";
    private static final String BYTES = "dev.quorate.api.bytes";
    private static final String SPI = "dev.quorate.raft.spi";
    private static final String SLF4J = "org.slf4j..";
    private static final List<String> INSIDE = List.of(
            "dev.quorate.schema",
            "dev.quorate.mvcc..",
            "dev.quorate.txn",
            "dev.quorate.watch",
            "dev.quorate.lease",
            "dev.quorate.membership");

    /**
     * A line of the table.
     *
     * @param who packages
     * @param sees what they may use beside themselves
     * @param classesMin how many classes there are at least, so that no rule passes on nothing
     */
    record Line(List<String> who, List<String> sees, int classesMin) {}

    private static List<String> with(List<String> some, String... more) {
        List<String> all = new ArrayList<>(some);
        all.addAll(List.of(more));
        return all;
    }

    static Stream<Line> table() {
        return Stream.of(
                new Line(List.of(BYTES), List.of(), 4),
                new Line(List.of(API), List.of(), 80),
                new Line(INSIDE, List.of(API), 60),
                new Line(List.of(SPI), List.of(BYTES), 12),
                new Line(List.of("dev.quorate.raft.core"), List.of(SPI, BYTES), 3),
                new Line(List.of("dev.quorate.raft.log"), List.of(SPI, BYTES, SLF4J, "com.sun.nio.file"), 12),
                new Line(
                        List.of("dev.quorate.raft.node"),
                        List.of(SPI, BYTES, SLF4J, "dev.quorate.raft.core", "dev.quorate.raft.log"),
                        5),
                new Line(List.of("dev.quorate.server.app"), with(INSIDE, API, SPI, SLF4J), 25),
                new Line(
                        List.of("dev.quorate.server.boot", "dev.quorate.server.embed"),
                        with(INSIDE, API, SPI, SLF4J, "dev.quorate.raft..", "dev.quorate.server.app"),
                        10),
                new Line(List.of("dev.quorate.wire.."), List.of(API, SPI, "com.google.protobuf.."), 100),
                new Line(List.of("dev.quorate.storage.h2"), List.of(API, "org.h2.."), 8),
                new Line(List.of("dev.quorate.storage.rocksdb"), List.of(API, "org.rocksdb.."), 7),
                new Line(List.of("dev.quorate.snapshot"), List.of(API), 12),
                new Line(
                        List.of("dev.quorate.transport.grpc"),
                        List.of(
                                API,
                                SPI,
                                SLF4J,
                                "dev.quorate.wire..",
                                "io.grpc..",
                                "io.netty..",
                                "com.google.protobuf.."),
                        25),
                new Line(
                        List.of("dev.quorate.transport.http"),
                        List.of(
                                API,
                                SPI,
                                SLF4J,
                                "dev.quorate.wire..",
                                "io.vertx..",
                                "io.netty..",
                                "io.prometheus..",
                                "com.sun.management",
                                "com.fasterxml.jackson.."),
                        5),
                new Line(
                        List.of("dev.quorate.dist"),
                        List.of(API, SLF4J, "dev.quorate.server..", "ch.qos.logback..", "org.snakeyaml.."),
                        8));
    }

    @ParameterizedTest
    @MethodSource("table")
    void seesOnlyWhatTheTableAllows(Line line) {
        String[] who = line.who().toArray(String[]::new);
        List<String> allowed = new ArrayList<>(EVERYBODY);
        allowed.addAll(line.who());
        allowed.addAll(line.sees());
        classes()
                .that()
                .resideInAnyPackage(who)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(allowed.toArray(String[]::new))
                .check(ALL);
        long count = ALL.stream()
                .filter(JavaClass.Predicates.resideInAnyPackage(who))
                .count();
        assertThat(count).as("classes in %s", line.who()).isGreaterThanOrEqualTo(line.classesMin());
    }

    @Test
    void hasNoCircleOfPackages() {
        slices().matching("dev.quorate.(**)").should().beFreeOfCycles().check(ALL);
    }

    @Test
    void marksEveryPackageForNulls() {
        List<String> unmarked = ALL.stream()
                .map(JavaClass::getPackage)
                .distinct()
                .filter(each -> !each.getName().startsWith("dev.quorate.wire."))
                .filter(each -> each.getClasses().stream()
                        .anyMatch(some -> !some.getSimpleName().equals("package-info")))
                .filter(each -> !each.isAnnotatedWith(NullMarked.class))
                .map(JavaPackage::getName)
                .sorted()
                .toList();
        assertThat(unmarked).isEmpty();
    }

    @Test
    void keepsClockSleepAndChanceOutOfTheInside() {
        String[] pure = with(INSIDE, API, SPI, "dev.quorate.raft.core").toArray(String[]::new);
        noClasses()
                .that()
                .resideInAnyPackage(pure)
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callConstructor(java.util.Random.class)
                .orShould()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("java.io.file..", "java.net..", "java.nio.channels..")
                .check(ALL);
    }

    @Test
    void keepsConcurrencyOutOfTheCoreOfRaft() {
        noClasses()
                .that()
                .resideInAPackage("dev.quorate.raft.core")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.concurrent..", "java.io..", "java.nio..")
                .check(ALL);
    }

    @Test
    void isOpenOnlyWhereItMeansToBe() {
        Map<String, Set<String>> open = new TreeMap<>();
        ALL.stream()
                .filter(each -> each.getModifiers().contains(com.tngtech.archunit.core.domain.JavaModifier.PUBLIC))
                .filter(each -> !each.getEnclosingClass().isPresent())
                .filter(each -> Stream.of(
                                "storage",
                                "snapshot",
                                "transport",
                                "server",
                                "raft.core",
                                "raft.log",
                                "raft.node",
                                "dist")
                        .anyMatch(room -> each.getPackageName().startsWith("dev.quorate." + room)))
                .forEach(each -> open.computeIfAbsent(each.getPackageName(), name -> new TreeSet<>())
                        .add(each.getSimpleName()));
        Map<String, Integer> counts = open.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().size()));
        assertThat(counts.values()).as("public types by package: %s", open).allMatch(count -> count <= 8);
    }
}
