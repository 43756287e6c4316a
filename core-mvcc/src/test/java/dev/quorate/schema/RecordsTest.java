/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.quorate.api.bytes.Bytes;
import dev.quorate.api.model.AlarmMember;
import dev.quorate.api.model.AlarmType;
import dev.quorate.api.model.DowngradeInfo;
import dev.quorate.api.model.Member;
import dev.quorate.api.model.Revision;
import dev.quorate.api.storage.Bucket;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Bytes of stored records, as etcd writes them. */
class RecordsTest {
    @Test
    void bucketsHaveNamesAndNumbersOfTheirOwnInTheOrderOfNames() {
        assertThat(Buckets.ALL).hasSize(10).doesNotHaveDuplicates();
        assertThat(Buckets.ALL.stream().map(Bucket::number)).doesNotHaveDuplicates();
        assertThat(Buckets.ALL).isSortedAccordingTo(Comparator.comparing(bucket -> Bytes.utf8(bucket.name())));
    }

    @Test
    void revisionKeysAreBigEndianWithASeparator() {
        assertThat(hex(RevisionKeys.of(2, 0))).isEqualTo("0000000000000002" + "5f" + "0000000000000000");
        assertThat(hex(RevisionKeys.ofTombstone(258, 3)))
                .isEqualTo("0000000000000102" + "5f" + "0000000000000003" + "74");
        assertThat(RevisionKeys.decode(RevisionKeys.ofTombstone(258, 3))).isEqualTo(new Revision(258, 3));
        assertThat(RevisionKeys.isTombstone(RevisionKeys.ofTombstone(1, 1))).isTrue();
        assertThat(RevisionKeys.isTombstone(RevisionKeys.of(1, 1))).isFalse();
    }

    @Test
    void orderOfRevisionKeysIsTheOrderOfRevisions() {
        Random random = new Random(7);
        for (int i = 0; i < 1000; i++) {
            Revision one = new Revision(random.nextInt(5), random.nextInt(300));
            Revision other = new Revision(random.nextInt(5), random.nextInt(300));
            int order = RevisionKeys.of(one.main(), one.sub()).compareTo(RevisionKeys.of(other.main(), other.sub()));
            assertThat(Integer.signum(order)).isEqualTo(Integer.signum(one.compareTo(other)));
        }
    }

    @Test
    void refusesRevisionKeysOfAnotherLength() {
        assertThatIllegalArgumentException().isThrownBy(() -> RevisionKeys.main(Bytes.utf8("short")));
        assertThatIllegalArgumentException().isThrownBy(() -> RevisionKeys.sub(Bytes.wrap(new byte[19])));
    }

    @Test
    void leaseRecordsAreMessagesUnderBigEndianIds() {
        LeaseRecord lease = new LeaseRecord(0x1234, 60, 0);
        assertThat(hex(LeaseRecord.key(0x1234))).isEqualTo("0000000000001234");
        assertThat(hex(lease.encode())).isEqualTo("08b424103c");
        assertThat(LeaseRecord.decode(lease.encode())).isEqualTo(lease);
        LeaseRecord negative = new LeaseRecord(-2, 60, 17);
        assertThat(LeaseRecord.decode(negative.encode())).isEqualTo(negative);
    }

    @Test
    void alarmRecordsAreMessages() {
        AlarmMember alarm = new AlarmMember(0x8e9e05c52164694dL, AlarmType.NOSPACE);
        assertThat(hex(AlarmRecords.encode(alarm))).isEqualTo("08cdd2918bd2b881cf8e01" + "1001");
        assertThat(AlarmRecords.decode(AlarmRecords.encode(alarm))).isEqualTo(alarm);
    }

    @Test
    void membersAreJson() {
        Member member = new Member(
                0x8e9e05c52164694dL,
                "default",
                List.of("http://localhost:2380"),
                List.of("http://localhost:2379", "http://h/?a=1&b=<2>"),
                false);
        assertThat(MemberRecords.encode(member).toUtf8())
                .isEqualTo("{\"id\":10276657743932975437,\"peerURLs\":[\"http://localhost:2380\"],\"name\":\"default\","
                        + "\"clientURLs\":[\"http://localhost:2379\",\"http://h/?a=1\\u0026b=\\u003c2\\u003e\"]}");
        assertThat(MemberRecords.decode(MemberRecords.encode(member))).isEqualTo(member);
        assertThat(MemberRecords.key(member.id()).toUtf8()).isEqualTo("8e9e05c52164694d");
        assertThat(MemberRecords.id(MemberRecords.key(member.id()))).isEqualTo(member.id());
        assertThat(MemberRecords.key(0x12).toUtf8()).isEqualTo("12");
    }

    @Test
    void contextsOfChangesAreJsonWithAPromotion() {
        Member learner = new Member(5, "", List.of("http://a:1", "http://b:2"), List.of(), true);
        MemberRecords.Context context = new MemberRecords.Context(learner, false);
        assertThat(MemberRecords.encodeContext(context).toUtf8())
                .isEqualTo(
                        "{\"id\":5,\"peerURLs\":[\"http://a:1\",\"http://b:2\"],\"isLearner\":true,\"isPromote\":false}");
        assertThat(MemberRecords.decodeContext(MemberRecords.encodeContext(context)))
                .isEqualTo(context);
        assertThat(MemberRecords.decodeContext(Bytes.utf8("{\"id\":5,\"peerURLs\":null,\"isPromote\":true}")))
                .isEqualTo(new MemberRecords.Context(new Member(5, "", List.of(), List.of(), false), true));
    }

    @Test
    void confStatesLeaveEmptyListsOut() {
        ConfStateRecord state = ConfStateRecord.of(List.of(0x8e9e05c52164694dL, 2L), List.of());
        assertThat(state.encode().toUtf8()).isEqualTo("{\"voters\":[10276657743932975437,2],\"auto_leave\":false}");
        assertThat(ConfStateRecord.decode(state.encode())).isEqualTo(state);
        ConfStateRecord joint = new ConfStateRecord(List.of(1L), List.of(2L), List.of(3L, 4L), List.of(5L), true);
        assertThat(joint.encode().toUtf8())
                .isEqualTo("{\"voters\":[1],\"learners\":[2],\"voters_outgoing\":[3,4],\"learners_next\":[5],"
                        + "\"auto_leave\":true}");
        assertThat(ConfStateRecord.decode(joint.encode())).isEqualTo(joint);
    }

    @Test
    void downgradesAreJson() {
        DowngradeInfo downgrade = new DowngradeInfo(true, "3.6.0");
        assertThat(DowngradeRecord.encode(downgrade).toUtf8())
                .isEqualTo("{\"target-version\":\"3.6.0\",\"enabled\":true}");
        assertThat(DowngradeRecord.decode(DowngradeRecord.encode(downgrade))).isEqualTo(downgrade);
    }

    @Test
    void textsAreEscapedAsGoDoes() {
        String text = "\"\\/\b\f\n\r\t\u0001\u001f\u007f\u2028\u2029<>&é\uD83D\uDE00\uD83D";
        Member member = new Member(1, text, List.of(), List.of(), false);
        Bytes json = MemberRecords.encode(member);
        assertThat(json.toUtf8())
                .isEqualTo("{\"id\":1,\"peerURLs\":null,\"name\":\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\u007f"
                        + "\\u2028\\u2029\\u003c\\u003e\\u0026é\uD83D\uDE00\\ufffd\"}");
        assertThat(MemberRecords.decode(json).name()).isEqualTo(text.substring(0, text.length() - 1) + "\uFFFD");
    }

    @Test
    void skipsFieldsThatItDoesNotKnow() {
        Bytes json = Bytes.utf8(
                " {\"x\" : {\"y\":[1,-2.5e3,{},[],null,true],\"z\":\"\\u00e9\\\"\"} , \"id\": 3 ,\"peerURLs\":[ ]} ");
        assertThat(MemberRecords.decode(json)).isEqualTo(new Member(3, "", List.of(), List.of(), false));
    }

    @Test
    void damagedJsonIsRefusedAndNothingElseHappens() {
        String good = "{\"id\":3,\"peerURLs\":[\"a\",\"b\"],\"isLearner\":true,\"u\":{\"v\":[1,2]}}";
        for (int cut = 0; cut < good.length(); cut++) {
            Bytes damaged = Bytes.utf8(good.substring(0, cut));
            assertThatIllegalArgumentException().isThrownBy(() -> MemberRecords.decode(damaged));
        }
        Random random = new Random(11);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = Bytes.utf8(good).toArray();
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            try {
                MemberRecords.decode(Bytes.wrap(bytes));
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageContaining("");
            }
        }
        Bytes deep = Bytes.utf8("{\"x\":" + "[".repeat(100_000));
        assertThatIllegalArgumentException().isThrownBy(() -> MemberRecords.decode(deep));
    }

    private static String hex(Bytes bytes) {
        return HexFormat.of().formatHex(bytes.toArray());
    }
}
