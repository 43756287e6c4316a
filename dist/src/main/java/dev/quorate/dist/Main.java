/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist;

import dev.quorate.api.face.ReadyNotice;
import dev.quorate.server.app.MemberRemovedException;
import dev.quorate.server.boot.BootException;
import dev.quorate.server.boot.RunningMember;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The process {@code quorated}. */
@API(status = API.Status.INTERNAL)
public final class Main {
    private static final int FAILED = 1;

    /** A member has to be ready within 1.5 s on two cores. */
    private static final long WARM_UP_MILLIS = 400;

    private Main() {}

    /**
     * Runs the server until a signal ends it.
     *
     * @param arguments the command line
     */
    @SuppressWarnings("SystemExitOutsideMain") // a process decides its exit code
    public static void main(String[] arguments) {
        Runtime.getRuntime().halt(run(List.of(arguments), System.getenv(), System.out, System.err));
    }

    static int run(List<String> arguments, Map<String, String> environment, PrintStream out, PrintStream err) {
        Flags flags = Flags.load();
        Map<String, String> line;
        try {
            line = flags.parse(arguments);
        } catch (Flags.UsageException e) {
            return explain(flags, e, out, err);
        }
        if (Values.bool(line.getOrDefault("version", "false"))) {
            out.print(Usage.version());
            return 0;
        }
        Settings settings;
        try {
            settings = Settings.of(flags, line, environment);
            Verification.checkLogging(settings);
            Logging.start(settings.get("log-level"), settings.get("log-format"), settings.get("log-outputs"));
        } catch (Settings.InvalidException e) {
            return refuse(String.valueOf(e.getMessage()));
        }
        return serve(settings, arguments, environment);
    }

    /** As etcd: usage on one stream and the flags on the other if they are asked for, both on standard error if not. */
    private static int explain(Flags flags, Flags.UsageException e, PrintStream out, PrintStream err) {
        String problem = String.valueOf(e.getMessage());
        if (e.exitCode() == FAILED) {
            return refuse(problem);
        }
        if (!problem.isEmpty()) {
            err.println(problem);
        }
        err.print(Usage.synopsis());
        if (e.exitCode() == 0) {
            out.print(Usage.flags(flags));
        }
        return e.exitCode();
    }

    /** Says what is wrong before there are settings that tell how to log. */
    private static int refuse(String problem) {
        Logging.start("info", "json", "default");
        LoggerFactory.getLogger(Main.class)
                .atWarn()
                .addKeyValue("error", problem)
                .log("failed to verify flags");
        return FAILED;
    }

    private static int serve(Settings settings, List<String> arguments, Map<String, String> environment) {
        Logger log = LoggerFactory.getLogger(Main.class);
        log.atInfo().addKeyValue("args", arguments).log("Running: ");
        RunningMember member;
        try {
            settings.verify();
            settings.warnings().forEach(log::warn);
            Logging.silently(() -> WarmUp.run(Long.getLong("quorate.warmup.millis", WARM_UP_MILLIS)));
            member = RunningMember.launch(settings.toConfig());
        } catch (Settings.InvalidException e) {
            log.atWarn().addKeyValue("error", e.getMessage()).log("failed to verify flags");
            return FAILED;
        } catch (BootException e) {
            return cannotStart(e, log);
        }
        AtomicBoolean ending = new AtomicBoolean();
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            ending.set(true);
                            log.info("received signal; shutting down");
                            member.close();
                            log.info("closed etcd server"); // the JVM ends with the signal's exit code, as etcd does
                        },
                        "quorate-shutdown"));
        try {
            member.ready().join(); // a member of a cluster waits for the others, however long
        } catch (CompletionException e) {
            if (!ending.get() && wasRemoved(member.failure().getNow(null))) {
                member.close();
                return 0;
            }
            if (!ending.get()) {
                return cannotStart(e.getCause() == null ? e : e.getCause(), log);
            }
            member.failure().join(); // never: the process ends from its hook
        }
        log.info("ready to serve client requests");
        String supervisor = environment.get("NOTIFY_SOCKET");
        if (supervisor != null && !supervisor.isEmpty()) {
            tell(supervisor, log);
        }
        Throwable cause = member.failure().join(); // the only way on; a signal ends the process from its hook
        if (wasRemoved(cause)) {
            member.close();
            return 0;
        }
        return FAILED;
    }

    /** A member that was removed has ended as it should: etcd's exit code is 0 then. */
    private static boolean wasRemoved(@Nullable Throwable cause) {
        return cause instanceof MemberRemovedException;
    }

    private static int cannotStart(Throwable cause, Logger log) {
        log.atError().addKeyValue("error", cause.getMessage()).log("discovery failed or the server could not start");
        return FAILED;
    }

    private static void tell(String supervisor, Logger log) {
        try {
            ServiceLoader.load(ReadyNotice.class)
                    .findFirst()
                    .orElseThrow(() -> new IOException("no transport can reach it"))
                    .send(supervisor);
            log.info("successfully notified init daemon");
        } catch (IOException e) {
            log.atWarn().addKeyValue("error", e.getMessage()).log("failed to notify init daemon");
        }
    }
}
