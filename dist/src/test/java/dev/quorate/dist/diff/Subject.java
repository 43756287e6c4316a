/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.diff;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.quorate.dist.ServerProcess;
import dev.quorate.wire.etcdserverpb.RangeRequest;
import dev.quorate.wire.etcdserverpb.RangeResponse;
import dev.quorate.wire.etcdserverpb.StatusRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One of the servers that get the same requests, with what is open at it. */
final class Subject implements AutoCloseable {
    private final String name;
    private final Path program;
    private final Path work;
    private final List<String> flags;
    private final boolean restarts;
    private ServerProcess process;
    private Connection connection;

    final Map<Integer, WatchedStream> watches = new TreeMap<>();
    final Map<Integer, Pending> waiting = new TreeMap<>();
    final Map<Integer, Observer> observers = new TreeMap<>();

    /**
     * Starts a server.
     *
     * @param name what it is called in reports
     * @param program what to run
     * @param work where its files lie
     * @param flags how to run it
     * @param restarts whether it is stopped and started again at times
     */
    Subject(String name, Path program, Path work, List<String> flags, boolean restarts)
            throws IOException, InterruptedException {
        this.restarts = restarts;
        this.name = name;
        this.program = program;
        this.work = Files.createDirectories(work);
        this.flags = flags;
        this.process = ServerProcess.start(program, work, flags);
        this.connection = new Connection(process.endpoint());
    }

    String name() {
        return name;
    }

    Connection connection() {
        return connection;
    }

    Answer ask(Call call) {
        return connection.ask(call);
    }

    /** Reads without comparing. */
    RangeResponse look(RangeRequest request) {
        Answer answer = ask(Call.of(Call.RANGE, request));
        try {
            return RangeResponse.parseFrom(answer.messages().get(0).toByteString());
        } catch (InvalidProtocolBufferException | IndexOutOfBoundsException e) {
            throw new IllegalStateException(name + " answers a range with " + answer.text(), e);
        }
    }

    /** Returns the id of the only member. */
    long memberId() {
        Message status = ask(Call.of(Call.STATUS, StatusRequest.getDefaultInstance()))
                .messages()
                .get(0);
        Message header = (Message) status.getField(status.getDescriptorForType().findFieldByName("header"));
        return (Long) header.getField(header.getDescriptorForType().findFieldByName("member_id"));
    }

    /** Ends everything that is open. */
    void hangUp() {
        watches.values().forEach(WatchedStream::cancel);
        watches.clear();
        observers.values().forEach(Observer::cancel);
        observers.clear();
        waiting.values().forEach(pending -> pending.call().cancel("the client hangs up", null));
        waiting.clear();
    }

    /** Ends the server in good order and starts it again on its files, if that is for it to bear. */
    void restart() {
        if (!restarts) {
            return;
        }
        try {
            connection.close();
            process.close();
            process = ServerProcess.start(program, work, flags);
            connection = new Connection(process.endpoint());
        } catch (IOException e) {
            throw new IllegalStateException(name + " does not start again", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        hangUp();
        connection.close();
        process.close();
    }
}
