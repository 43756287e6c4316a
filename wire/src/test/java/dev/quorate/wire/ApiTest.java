/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Every name and number of etcd 3.7.1's API and formats, against the list in {@code api-3.7.1.txt}, which was taken
 * from etcd's own descriptors.
 */
class ApiTest {
    private static final List<FileDescriptor> FILES = List.of(
            dev.quorate.wire.etcdserverpb.RpcProto.getDescriptor(),
            dev.quorate.wire.etcdserverpb.InternalRaftRequest.getDescriptor().getFile(),
            dev.quorate.wire.etcdserverpb.Metadata.getDescriptor().getFile(),
            dev.quorate.wire.mvccpb.KeyValue.getDescriptor().getFile(),
            dev.quorate.wire.authpb.User.getDescriptor().getFile(),
            dev.quorate.wire.membershippb.Member.getDescriptor().getFile(),
            dev.quorate.wire.raftpb.Entry.getDescriptor().getFile(),
            dev.quorate.wire.walpb.Record.getDescriptor().getFile(),
            dev.quorate.wire.snappb.SnapProto.getDescriptor(),
            dev.quorate.wire.leasepb.Lease.getDescriptor().getFile(),
            dev.quorate.wire.v3lockpb.LockRequest.getDescriptor().getFile(),
            dev.quorate.wire.v3electionpb.LeaderKey.getDescriptor().getFile());

    private final TreeSet<String> facts = new TreeSet<>();

    @Test
    void namesAndNumbersAreEtcds() throws IOException {
        for (FileDescriptor file : FILES) {
            String prefix = file.getPackage() + ".";
            file.toProto().getMessageTypeList().forEach(type -> message(prefix + type.getName(), type, file));
            file.toProto().getEnumTypeList().forEach(type -> constants(prefix + type.getName(), type));
            file.getServices().forEach(this::service);
        }

        try (InputStream in = Objects.requireNonNull(ApiTest.class.getResourceAsStream("api-3.7.1.txt"))) {
            List<String> expected = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            assertThat(facts).containsExactlyElementsOf(expected).hasSizeGreaterThan(600);
        }
    }

    private void message(String name, DescriptorProto type, FileDescriptor file) {
        facts.add("message " + name + " " + (file.toProto().getSyntax().isEmpty() ? "proto2" : "proto3"));
        for (FieldDescriptorProto field : type.getFieldList()) {
            String group = field.hasOneofIndex()
                    ? " in " + type.getOneofDecl(field.getOneofIndex()).getName()
                    : "";
            facts.add("field " + name + "." + field.getName() + " " + field.getNumber() + " "
                    + word(field.getLabel().name()) + " " + word(field.getType().name())
                    + (field.getTypeName().isEmpty() ? "" : " " + field.getTypeName()) + group);
        }
        type.getReservedRangeList().forEach(range -> facts.add("reserved " + name + " " + range.getStart()));
        type.getEnumTypeList().forEach(nested -> constants(name + "." + nested.getName(), nested));
    }

    private static String word(String constant) {
        return constant.substring(constant.indexOf('_') + 1).toLowerCase(java.util.Locale.ROOT);
    }

    private void constants(String name, EnumDescriptorProto type) {
        type.getValueList()
                .forEach(value -> facts.add("constant " + name + " " + value.getName() + " " + value.getNumber()));
    }

    private void service(ServiceDescriptor service) {
        for (MethodDescriptor method : service.getMethods()) {
            facts.add("method " + method.getFullName()
                    + (method.isClientStreaming() ? " stream " : " ")
                    + method.getInputType().getFullName()
                    + (method.isServerStreaming() ? " stream " : " ")
                    + method.getOutputType().getFullName());
        }
    }
}
