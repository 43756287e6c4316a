/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * A network namespace of its own for each member, all joined by a bridge in one more, to which this machine has a link.
 * A cut is a wrong hardware address for the receiver in the sender's table of neighbours: frames go out and nobody
 * takes them. A namespace lives as long as a process that waits in it for the end of its input; with the test it is
 * gone, and nothing is left on the machine. It takes Linux, root, and {@code unshare}, {@code nsenter} and {@code ip}.
 */
public final class NamespaceNetwork implements Network {
    private static final int FIRST = 10;
    private static final String NOBODY = "02:51:00:00:00:ff";

    private final List<Process> waiting = new ArrayList<>();
    private final int subnet = new SecureRandom().nextInt(256);

    /**
     * Creates the network.
     *
     * @param members how many members it is for
     * @throws IOException if the machine does not allow it; then nothing of it is left
     * @throws InterruptedException if the caller is interrupted
     */
    public NamespaceNetwork(int members) throws IOException, InterruptedException {
        try {
            for (int i = 0; i <= members; i++) {
                waiting.add(namespace());
            }
            long hub = waiting.get(members).pid();
            String link = "qrt" + subnet;
            run("ip", "link", "add", link, "type", "veth", "peer", "name", "up0", "netns", String.valueOf(hub));
            run("ip", "address", "add", "198.18." + subnet + ".254/24", "dev", link);
            run("ip", "link", "set", link, "up");
            in(members, "ip", "link", "add", "bridge0", "type", "bridge");
            in(members, "ip", "link", "set", "bridge0", "up");
            in(members, "ip", "link", "set", "up0", "master", "bridge0", "up");
            for (int i = 0; i < members; i++) {
                connect(i, hub);
            }
            for (int i = 0; i < members; i++) {
                for (int j = 0; j < members; j++) {
                    cut(i, j, false);
                }
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private void connect(int number, long hub) throws IOException, InterruptedException {
        int members = waiting.size() - 1;
        String port = "port" + number;
        run(
                "nsenter",
                "--net=/proc/" + hub + "/ns/net",
                "ip",
                "link",
                "add",
                port,
                "type",
                "veth", //
                "peer",
                "name",
                "eth0",
                "netns",
                String.valueOf(waiting.get(number).pid()));
        in(members, "ip", "link", "set", port, "master", "bridge0", "up");
        in(number, "ip", "link", "set", "lo", "up");
        in(number, "ip", "link", "set", "eth0", "address", hardware(number));
        in(number, "ip", "address", "add", host(number) + "/24", "dev", "eth0");
        in(number, "ip", "link", "set", "eth0", "up");
    }

    private static Process namespace() throws IOException {
        Process process = new ProcessBuilder("unshare", "--net", "sh", "-c", "echo ready; exec cat")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        if (!"ready".equals(out.readLine())) {
            process.destroyForcibly();
            throw new IOException("this machine does not give network namespaces");
        }
        return process;
    }

    private static String hardware(int number) {
        return String.format(Locale.ROOT, "02:51:00:00:00:%02x", number);
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + said);
        }
    }

    private void in(int number, String... command) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(launcher(number));
        words.addAll(List.of(command));
        run(words.toArray(String[]::new));
    }

    @Override
    public String host(int number) {
        return "198.18." + subnet + "." + (FIRST + number);
    }

    @Override
    public List<String> launcher(int number) {
        return List.of("nsenter", "--net=/proc/" + waiting.get(number).pid() + "/ns/net");
    }

    @Override
    public void cut(int from, int to, boolean cut) throws IOException, InterruptedException {
        if (from != to) {
            String address = cut ? NOBODY : hardware(to);
            in(from, "ip", "neigh", "replace", host(to), "lladdr", address, "nud", "permanent", "dev", "eth0");
        }
    }

    @Override
    public void close() {
        for (Process process : waiting) {
            process.destroy();
            process.onExit().completeOnTimeout(process, 5, TimeUnit.SECONDS).join();
        }
    }
}
