/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.diff;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import dev.quorate.wire.etcdserverpb.RpcProto;
import dev.quorate.wire.v3electionpb.V3ElectionProto;
import dev.quorate.wire.v3lockpb.V3LockProto;
import io.grpc.Status;
import io.grpc.health.v1.HealthProto;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Answers as text, without what two servers need not share: ids, terms, times, sizes and ports become a mark if they
 * are there, and what comes in no order is sorted.
 */
final class Answers {
    static final String ERROR = "ERROR ";

    private static final int LONG_TEXT = 1000;
    private static final Pattern LONG_VALUE = Pattern.compile("\"[^\"\\\\]{500,}+\"");

    private static final Map<String, DynamicMessage> KINDS = kinds();
    private static final Set<String> OWN = Set.of(
            "cluster_id",
            "member_id",
            "raft_term",
            "ID",
            "memberID",
            "dbSize",
            "dbSizeInUse",
            "leader",
            "raftIndex",
            "raftTerm",
            "raftAppliedIndex");

    private Answers() {}

    private static Map<String, DynamicMessage> kinds() {
        Map<String, DynamicMessage> kinds = new HashMap<>();
        for (FileDescriptor file : List.of(
                RpcProto.getDescriptor(),
                V3LockProto.getDescriptor(),
                V3ElectionProto.getDescriptor(),
                HealthProto.getDescriptor())) {
            for (ServiceDescriptor service : file.getServices()) {
                service.getMethods()
                        .forEach(method -> kinds.put(
                                service.getFullName() + "/" + method.getName(),
                                DynamicMessage.getDefaultInstance(method.getOutputType())));
            }
        }
        return kinds;
    }

    /** Puts an answer together from what a call brought. */
    static Answer of(String method, List<ByteString> parts, Status status) {
        StringBuilder text = new StringBuilder(256);
        List<Message> messages = new ArrayList<>(parts.size());
        if (!status.isOk()) {
            text.append(error(status)).append('\n');
        }
        DynamicMessage kind = KINDS.get(method);
        for (ByteString part : parts) {
            if (kind == null) {
                text.append("bytes ").append(TextFormat.escapeBytes(part)).append('\n');
                continue;
            }
            try {
                DynamicMessage message =
                        kind.newBuilderForType().mergeFrom(part).build();
                messages.add(message);
                text.append("- ").append(shown(method, message));
            } catch (InvalidProtocolBufferException e) {
                text.append("garbled: ").append(e.getMessage()).append('\n');
            }
        }
        return new Answer(text.toString(), messages);
    }

    /** An error in words. The protobuf library for Go puts one of two kinds of space into its texts, by chance. */
    static String error(Status status) {
        String description = status.getDescription();
        return ERROR + status.getCode() + ": "
                + (description == null ? "" : description.replace('\u00a0', ' ').replace("Â ", " "));
    }

    private static String shown(String method, Message message) {
        Message shown = switch (method) {
            case Call.LEASE_TIME_TO_LIVE -> timeToLive(message);
            case Call.LEASE_LEASES -> sorted(message, "leases", Comparator.comparing(lease -> text((Message) lease)));
            case Call.HASH -> marked(message, Set.of("hash"));
            case Call.STATUS, Call.ALARM -> ownMarked(message);
            case Call.MEMBER_LIST -> ownMarked(message);
            default -> message;
        };
        String text = text(withoutIds(shown));
        return switch (method) {
            case Call.MEMBER_LIST -> text.replaceAll(":\\d+\"", ":PORT\"");
            case Call.STATUS -> text.replaceAll("memberID:\\d+ +", "memberID:ID ");
            default -> text;
        };
    }

    /** A message as text; of a long value only its length and its hash are shown. */
    static String text(Message message) {
        String text = TextFormat.printer().printToString(message);
        return text.length() < LONG_TEXT ? text : LONG_VALUE.matcher(text).replaceAll(Answers::shortened);
    }

    private static String shortened(MatchResult value) {
        String text = value.group();
        return "LENGTH " + (text.length() - 2) + " HASH " + Integer.toHexString(text.hashCode());
    }

    private static Message timeToLive(Message message) {
        FieldDescriptor ttl = message.getDescriptorForType().findFieldByName("TTL");
        Message sorted = sorted(message, "keys", Comparator.comparing(key -> TextFormat.escapeBytes((ByteString) key)));
        long left = (Long) message.getField(ttl);
        return sorted.toBuilder().setField(ttl, Math.min(left, 1)).build();
    }

    private static Message sorted(Message message, String field, Comparator<Object> order) {
        FieldDescriptor descriptor = message.getDescriptorForType().findFieldByName(field);
        List<Object> values = new ArrayList<>((List<?>) message.getField(descriptor));
        values.sort(order);
        Message.Builder builder = message.toBuilder().clearField(descriptor);
        values.forEach(value -> builder.addRepeatedField(descriptor, value));
        return builder.build();
    }

    /** Marks ids and terms in the header. */
    static Message withoutIds(Message message) {
        FieldDescriptor header = message.getDescriptorForType().findFieldByName("header");
        FieldDescriptor nested = message.getDescriptorForType().findFieldByName("range_response");
        if (nested != null && message.hasField(nested)) {
            return message.toBuilder()
                    .setField(nested, withoutIds((Message) message.getField(nested)))
                    .build();
        }
        return header == null || !message.hasField(header)
                ? message
                : message.toBuilder()
                        .setField(header, marked((Message) message.getField(header), OWN))
                        .build();
    }

    private static Message ownMarked(Message message) {
        Message.Builder builder = marked(message, OWN).toBuilder();
        for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
            FieldDescriptor field = entry.getKey();
            if (field.isRepeated() && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                builder.clearField(field);
                ((List<?>) entry.getValue())
                        .forEach(item -> builder.addRepeatedField(field, marked((Message) item, OWN)));
            }
        }
        return builder.build();
    }

    /** Puts a 1 in the place of every number of these names that is not 0. */
    private static Message marked(Message message, Set<String> names) {
        Message.Builder builder = message.toBuilder();
        for (FieldDescriptor field : message.getAllFields().keySet()) {
            if (names.contains(field.getName())) {
                builder.setField(field, field.getJavaType() == FieldDescriptor.JavaType.INT ? (Object) 1 : (Object) 1L);
            }
        }
        return builder.build();
    }
}
