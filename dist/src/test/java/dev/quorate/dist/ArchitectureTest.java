/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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

    private static final List<String> EVERYBODY =
            List.of("java..", "javax.net..", "org.jspecify..", "org.apiguardian..");
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
                        List.of("dev.quorate.server.boot", "dev.quorate.server.embed", "dev.quorate.server.offline"),
                        with(INSIDE, API, SPI, SLF4J, "dev.quorate.raft..", "dev.quorate.server.app"),
                        10),
                new Line(List.of("dev.quorate.wire.."), List.of(API, SPI, "com.google.protobuf.."), 100),
                new Line(List.of("dev.quorate.storage.h2"), List.of(API, "org.h2.."), 8),
                new Line(List.of("dev.quorate.storage.rocksdb"), List.of(API, "org.rocksdb.."), 7),
                new Line(List.of("dev.quorate.snapshot"), List.of(API), 12),
                new Line(List.of("dev.quorate.security"), List.of(API, SLF4J, "org.bouncycastle.."), 4),
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
                        List.of("dev.quorate.transport.grpc.peer"),
                        List.of(BYTES, SPI, SLF4J, "io.grpc..", "io.netty.."),
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
                        List.of("dev.quorate.transport.http.peer"),
                        List.of(BYTES, SPI, SLF4J, "io.vertx..", "io.netty.."),
                        20),
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
    void keepsConcurrencyOutOfTheCoreOfRaft() {
        noClasses()
                .that()
                .resideInAPackage("dev.quorate.raft.core")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.concurrent..", "java.io..", "java.nio..")
                .check(ALL);
    }

    /**
     * The ports are there to be used from outside; everywhere else a type is public only if {@code public-types.txt}
     * says so.
     */
    @Test
    void isOpenOnlyWhereItMeansToBe() throws IOException {
        List<String> open = ALL.stream()
                .filter(each -> each.getModifiers().contains(JavaModifier.PUBLIC))
                .filter(each -> each.getEnclosingClass().isEmpty())
                .filter(JavaClass.Predicates.resideOutsideOfPackages(API, SPI, "dev.quorate.wire.*.."))
                .map(JavaClass::getName)
                .sorted()
                .toList();
        assertThat(open).containsExactlyElementsOf(meantToBeOpen());
    }

    private static List<String> meantToBeOpen() throws IOException {
        List<String> names = new ArrayList<>();
        String room = "";
        try (InputStream in = Objects.requireNonNull(ArchitectureTest.class.getResourceAsStream("public-types.txt"))) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                if (line.startsWith("  ")) {
                    names.add(room + "." + line.strip());
                } else if (!line.startsWith("#")) {
                    room = line.strip();
                }
            }
        }
        names.sort(null);
        return names;
    }
}
