/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.raft.core;

import dev.quorate.raft.spi.HardState;
import dev.quorate.raft.spi.Message;
import dev.quorate.raft.spi.MessageType;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The group of a script: its nodes, and the messages between them, which move only when they are told to.
 *
 * <p>Source: etcd-io/raft v3.7.0, package {@code rafttest}.
 */
final class Interaction {
    private final ScriptOutput output = new ScriptOutput();
    private final List<InteractionNode> nodes = new ArrayList<>();
    private final List<Message> messages = new ArrayList<>();

    ScriptOutput output() {
        return output;
    }

    List<InteractionNode> nodes() {
        return nodes;
    }

    InteractionNode node(int number) {
        return nodes.get(number - 1);
    }

    List<Message> messages() {
        return messages;
    }

    /** Runs something for each node; with a heading for each if there are several. */
    void forEach(List<Integer> numbers, String heading, Consumer<Integer> task) {
        for (int number : numbers) {
            if (numbers.size() > 1) {
                output.println("> " + number + heading);
                output.indented(() -> task.accept(number));
            } else {
                task.accept(number);
            }
        }
    }

    void processReady(int number) {
        InteractionNode node = node(number);
        Ready ready = node.core().ready();
        output.print(Describe.ready(ready));
        boolean async = node.settings().asyncStorage();
        if (!async) {
            node.store(ready.hardState(), ready.entries(), ready.snapshot());
            node.apply(ready.committedEntries());
        }
        for (Message message : ready.messages()) {
            if (message.to() == Message.LOG_STORAGE) {
                node.appendWork().add(message);
            } else if (message.to() == Message.STATE_MACHINE) {
                node.applyWork().add(message);
            } else {
                messages.add(message);
            }
        }
        if (!async) {
            node.core().advance();
        }
    }

    void processAppend(int number) {
        InteractionNode node = node(number);
        process(
                node.appendWork(),
                "no append work to perform",
                work -> node.store(
                        new HardState(work.term(), work.vote(), work.commit()), work.entries(), work.snapshot()));
    }

    void processApply(int number) {
        InteractionNode node = node(number);
        process(node.applyWork(), "no apply work to perform", work -> node.apply(work.entries()));
    }

    private void process(Deque<Message> queue, String ifEmpty, Consumer<Message> task) {
        Message work = queue.poll();
        if (work == null) {
            output.print(ifEmpty);
            return;
        }
        output.println("Processing:");
        output.println(Describe.message(work.toBuilder().responses(List.of()).build()));
        task.accept(work);
        output.println("Responses:");
        work.responses().forEach(response -> output.println(Describe.message(response)));
        messages.addAll(work.responses());
    }

    /** Delivers or drops the messages to a node. Returns how many there were. */
    int deliver(int to, @Nullable MessageType type, boolean drop) {
        List<Message> taken = take(to, type, drop);
        for (Message message : taken) {
            output.println((drop ? "dropped: " : "") + Describe.message(message));
            if (!drop) {
                String error = error(node(to).core().step(message));
                if (!error.isEmpty()) {
                    output.println(error);
                }
            }
        }
        return taken.size();
    }

    private List<Message> take(int to, @Nullable MessageType type, boolean drop) {
        List<Message> taken = new ArrayList<>();
        Iterator<Message> all = messages.iterator();
        while (all.hasNext()) {
            Message message = all.next();
            if (message.to() == to && !(drop && isLocal(message)) && (type == null || message.type() == type)) {
                taken.add(message);
                all.remove();
            }
        }
        return taken;
    }

    /** Messages of a node to itself, its log and its state machine are never lost. */
    private static boolean isLocal(Message message) {
        return message.from() == message.to() || Message.isStorage(message.from()) || Message.isStorage(message.to());
    }

    static String error(StepResult result) {
        return switch (result) {
            case OK -> "";
            case PROPOSAL_DROPPED -> "raft proposal dropped";
            case LOCAL_MESSAGE -> "raft: cannot step raft local message";
            case PEER_NOT_FOUND -> "raft: cannot step as peer not found";
        };
    }

    /** Lets nodes work and deliver messages to one another until nothing is left to do. */
    void stabilize(List<Integer> numbers) {
        boolean busy = true;
        while (busy) {
            busy = false;
            for (int number : numbers) {
                if (node(number).core().hasReady()) {
                    heading(number, " handling Ready", () -> processReady(number));
                    busy = true;
                }
            }
            for (int number : numbers) {
                if (messages.stream().anyMatch(message -> message.to() == number)) {
                    heading(number, " receiving messages", () -> deliver(number, null, false));
                    busy = true;
                }
            }
            for (int number : numbers) {
                busy |= drain(number, node(number).appendWork(), " processing append thread", this::processAppend);
            }
            for (int number : numbers) {
                busy |= drain(number, node(number).applyWork(), " processing apply thread", this::processApply);
            }
        }
    }

    private boolean drain(int number, Deque<Message> work, String heading, Consumer<Integer> task) {
        if (work.isEmpty()) {
            return false;
        }
        output.println("> " + number + heading);
        while (!work.isEmpty()) {
            output.indented(() -> task.accept(number));
        }
        return true;
    }

    private void heading(int number, String heading, Runnable task) {
        output.println("> " + number + heading);
        output.indented(task);
    }
}
