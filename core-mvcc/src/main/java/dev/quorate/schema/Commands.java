/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.schema;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.bytes.ProtoReader;
import dev.quorate.api.bytes.ProtoWriter;
import dev.quorate.api.message.KvMessages;
import dev.quorate.api.message.Numbers;
import dev.quorate.api.model.AlarmAction;
import dev.quorate.api.model.AlarmRequest;
import dev.quorate.api.model.AlarmType;
import dev.quorate.api.model.CompactionRequest;
import dev.quorate.api.model.LeaseGrantRequest;
import dev.quorate.schema.Command.Checkpoint;
import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;

/**
 * The data of a normal entry of the log: the message {@code etcdserverpb.InternalRaftRequest}, one command and a
 * header.
 *
 * <p>Fields go out by number, so the header (100) comes behind the older commands and before those of auth and
 * membership, as protobuf-go writes them. Decoding takes fields in any order, and skips those that it does not know;
 * whatever does not fit the encoding ends in {@link dev.quorate.api.bytes.MalformedProtoException}, nothing else.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class Commands {
    private static final int ID = 1;
    private static final int RANGE = 3;
    private static final int PUT = 4;
    private static final int DELETE_RANGE = 5;
    private static final int TXN = 6;
    private static final int COMPACTION = 7;
    private static final int LEASE_GRANT = 8;
    private static final int LEASE_REVOKE = 9;
    private static final int ALARM = 10;
    private static final int LEASE_CHECKPOINT = 11;
    private static final int HEADER = 100;
    private static final int CLUSTER_VERSION_SET = 1300;
    private static final int CLUSTER_MEMBER_ATTR_SET = 1301;
    private static final int DOWNGRADE_INFO_SET = 1302;

    private Commands() {}

    /**
     * A command with its header.
     *
     * @param header who asks
     * @param command what is asked
     */
    public record Decoded(CommandHeader header, Command command) {}

    /**
     * Encodes a command.
     *
     * @param header who asks
     * @param command what is asked
     * @return the data of an entry
     */
    public static Bytes encode(CommandHeader header, Command command) {
        ProtoWriter writer = new ProtoWriter(capacity(command));
        if (field(command) < HEADER) {
            write(writer, command);
            write(writer, header);
        } else {
            write(writer, header);
            write(writer, command);
        }
        return writer.toBytes();
    }

    /**
     * Decodes the data of an entry.
     *
     * @param data the data, not empty
     * @return command and header; their bytes are slices of the data
     * @throws dev.quorate.api.bytes.MalformedProtoException if it is not such a message
     */
    public static Decoded decode(Bytes data) {
        CommandHeader header = CommandHeader.of(0);
        Command command = new Command.Unknown(0, Bytes.EMPTY);
        ProtoReader reader = new ProtoReader(data);
        while (reader.next()) {
            int field = reader.field();
            switch (field) {
                case ID -> header = withId(header, reader.varint());
                case HEADER -> header = header(reader.message());
                default -> command = command(field, reader.bytes());
            }
        }
        return new Decoded(header, command);
    }

    /**
     * Reads only the id of the request: how a proposer recognises its own without decoding the others.
     *
     * @param data the data of an entry
     * @return the id, 0 if there is none
     * @throws dev.quorate.api.bytes.MalformedProtoException if it is not such a message
     */
    public static long headerId(Bytes data) {
        ProtoReader reader = new ProtoReader(data);
        while (reader.next()) {
            if (reader.field() == HEADER) {
                return header(reader.message()).id();
            }
            reader.skip();
        }
        return 0;
    }

    private static CommandHeader withId(CommandHeader header, long id) {
        // The field of the oldest versions, from before there was a header.
        return header.id() == 0 ? new CommandHeader(id, header.username(), header.authRevision()) : header;
    }

    private static CommandHeader header(ProtoReader reader) {
        long id = 0;
        String username = "";
        long authRevision = 0;
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> id = reader.varint();
                case 2 -> username = reader.string();
                case 3 -> authRevision = reader.varint();
                default -> reader.skip();
            }
        }
        return new CommandHeader(id, username, authRevision);
    }

    private static void write(ProtoWriter writer, CommandHeader header) {
        int mark = writer.begin(HEADER);
        writer.varint(1, header.id()).string(2, header.username()).varint(3, header.authRevision());
        writer.end(mark);
    }

    private static int capacity(Command command) {
        if (command instanceof Command.Put put) {
            return put.request().key().length() + put.request().value().length() + 64;
        }
        return 128;
    }

    private static int field(Command command) {
        if (command instanceof Command.Put) {
            return PUT;
        } else if (command instanceof Command.Txn) {
            return TXN;
        } else if (command instanceof Command.DeleteRange) {
            return DELETE_RANGE;
        } else if (command instanceof Command.LeaseGrant) {
            return LEASE_GRANT;
        } else if (command instanceof Command.LeaseRevoke) {
            return LEASE_REVOKE;
        } else if (command instanceof Command.LeaseCheckpoint) {
            return LEASE_CHECKPOINT;
        } else if (command instanceof Command.Compaction) {
            return COMPACTION;
        } else if (command instanceof Command.Range) {
            return RANGE;
        } else if (command instanceof Command.Alarm) {
            return ALARM;
        } else if (command instanceof Command.ClusterVersionSet) {
            return CLUSTER_VERSION_SET;
        } else if (command instanceof Command.ClusterMemberAttrSet) {
            return CLUSTER_MEMBER_ATTR_SET;
        } else if (command instanceof Command.DowngradeInfoSet) {
            return DOWNGRADE_INFO_SET;
        } else if (command instanceof Command.Unknown unknown) {
            return unknown.field();
        }
        throw new IllegalArgumentException("not a command: " + command);
    }

    private static void write(ProtoWriter writer, Command command) {
        int field = field(command);
        if (field == 0) {
            return;
        }
        int mark = writer.begin(field);
        if (command instanceof Command.Put put) {
            KvMessages.write(writer, put.request());
        } else if (command instanceof Command.Txn txn) {
            KvMessages.write(writer, txn.request());
        } else if (command instanceof Command.DeleteRange delete) {
            KvMessages.write(writer, delete.request());
        } else if (command instanceof Command.Range range) {
            KvMessages.write(writer, range.request());
        } else if (command instanceof Command.Unknown unknown) {
            writer.rawBytes(unknown.message());
        } else if (!writeLease(writer, command)) {
            writeOther(writer, command);
        }
        writer.end(mark);
    }

    private static boolean writeLease(ProtoWriter writer, Command command) {
        if (command instanceof Command.LeaseGrant grant) {
            writer.varint(1, grant.request().ttlSeconds())
                    .varint(2, grant.request().id());
        } else if (command instanceof Command.LeaseRevoke revoke) {
            writer.varint(1, revoke.id());
        } else if (command instanceof Command.LeaseCheckpoint checkpoint) {
            for (Checkpoint one : checkpoint.checkpoints()) {
                int mark = writer.begin(1);
                writer.varint(1, one.leaseId()).varint(2, one.remainingTtlSeconds());
                writer.end(mark);
            }
        } else {
            return false;
        }
        return true;
    }

    private static void writeOther(ProtoWriter writer, Command command) {
        if (command instanceof Command.Compaction compaction) {
            writer.varint(1, compaction.request().revision())
                    .bool(2, compaction.request().physical());
        } else if (command instanceof Command.Alarm alarm) {
            writer.varint(1, alarm.request().action().ordinal())
                    .varint(2, alarm.request().memberId())
                    .varint(3, alarm.request().alarm().ordinal());
        } else if (command instanceof Command.ClusterVersionSet set) {
            writer.string(1, set.version());
        } else if (command instanceof Command.ClusterMemberAttrSet set) {
            writer.varint(1, set.memberId());
            int mark = writer.begin(2);
            writer.string(1, set.name());
            for (String url : set.clientUrls()) {
                writer.stringAlways(2, url);
            }
            writer.end(mark);
        } else if (command instanceof Command.DowngradeInfoSet set) {
            writer.bool(1, set.enabled()).string(2, set.version());
        }
    }

    private static Command command(int field, Bytes message) {
        ProtoReader reader = new ProtoReader(message);
        return switch (field) {
            case PUT -> new Command.Put(KvMessages.put(reader));
            case TXN -> new Command.Txn(KvMessages.txn(reader));
            case DELETE_RANGE -> new Command.DeleteRange(KvMessages.deleteRange(reader));
            case RANGE -> new Command.Range(KvMessages.range(reader));
            case COMPACTION -> compaction(reader);
            case LEASE_GRANT -> leaseGrant(reader);
            case LEASE_REVOKE -> leaseRevoke(reader);
            case LEASE_CHECKPOINT -> leaseCheckpoint(reader);
            case ALARM -> alarm(reader);
            case CLUSTER_VERSION_SET -> clusterVersionSet(reader);
            case CLUSTER_MEMBER_ATTR_SET -> clusterMemberAttrSet(reader);
            case DOWNGRADE_INFO_SET -> downgradeInfoSet(reader);
            default -> new Command.Unknown(field, message);
        };
    }

    private static Command compaction(ProtoReader reader) {
        long revision = 0;
        boolean physical = false;
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> revision = reader.varint();
                case 2 -> physical = reader.bool();
                default -> reader.skip();
            }
        }
        return new Command.Compaction(new CompactionRequest(revision, physical));
    }

    private static Command leaseGrant(ProtoReader reader) {
        long ttl = 0;
        long id = 0;
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> ttl = reader.varint();
                case 2 -> id = reader.varint();
                default -> reader.skip();
            }
        }
        return new Command.LeaseGrant(new LeaseGrantRequest(ttl, id));
    }

    private static Command leaseRevoke(ProtoReader reader) {
        long id = 0;
        while (reader.next()) {
            if (reader.field() == 1) {
                id = reader.varint();
            } else {
                reader.skip();
            }
        }
        return new Command.LeaseRevoke(id);
    }

    private static Command leaseCheckpoint(ProtoReader reader) {
        List<Checkpoint> checkpoints = new ArrayList<>();
        while (reader.next()) {
            if (reader.field() == 1) {
                checkpoints.add(checkpoint(reader.message()));
            } else {
                reader.skip();
            }
        }
        return new Command.LeaseCheckpoint(checkpoints);
    }

    private static Checkpoint checkpoint(ProtoReader reader) {
        long id = 0;
        long remaining = 0;
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> id = reader.varint();
                case 2 -> remaining = reader.varint();
                default -> reader.skip();
            }
        }
        return new Checkpoint(id, remaining);
    }

    private static Command alarm(ProtoReader reader) {
        AlarmAction action = AlarmAction.GET;
        long member = 0;
        AlarmType type = AlarmType.NONE;
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> action = Numbers.alarmAction(reader.varint());
                case 2 -> member = reader.varint();
                case 3 -> type = Numbers.alarmType(reader.varint());
                default -> reader.skip();
            }
        }
        return new Command.Alarm(new AlarmRequest(action, member, type));
    }

    private static Command clusterVersionSet(ProtoReader reader) {
        String version = "";
        while (reader.next()) {
            if (reader.field() == 1) {
                version = reader.string();
            } else {
                reader.skip();
            }
        }
        return new Command.ClusterVersionSet(version);
    }

    private static Command clusterMemberAttrSet(ProtoReader reader) {
        long member = 0;
        String name = "";
        List<String> clientUrls = new ArrayList<>();
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> member = reader.varint();
                case 2 -> {
                    ProtoReader attributes = reader.message();
                    while (attributes.next()) {
                        switch (attributes.field()) {
                            case 1 -> name = attributes.string();
                            case 2 -> clientUrls.add(attributes.string());
                            default -> attributes.skip();
                        }
                    }
                }
                default -> reader.skip();
            }
        }
        return new Command.ClusterMemberAttrSet(member, name, clientUrls);
    }

    private static Command downgradeInfoSet(ProtoReader reader) {
        boolean enabled = false;
        String version = "";
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> enabled = reader.bool();
                case 2 -> version = reader.string();
                default -> reader.skip();
            }
        }
        return new Command.DowngradeInfoSet(enabled, version);
    }
}
