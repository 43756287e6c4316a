/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.api.model.Member;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class V2StoreRecordTest {
    private static final String TIME = "\"ExpireTime\":\"0001-01-01T00:00:00Z\"";

    /** What etcd 3.7.1 wrote into a .snap file as the only member of a cluster. */
    private static final String OF_ETCD =
            ("{'Root':{'Path':'/','CreatedIndex':0,'ModifiedIndex':0,TIME,'Value':'','Children':{"
                            + "'0':{'Path':'/0','CreatedIndex':0,'ModifiedIndex':0,TIME,'Value':'','Children':{"
                            + "'members':{'Path':'/0/members','CreatedIndex':1,'ModifiedIndex':1,TIME,'Value':'','Children':{"
                            + "'697c51d377acd50a':{'Path':'/0/members/697c51d377acd50a','CreatedIndex':1,'ModifiedIndex':1,"
                            + "TIME,'Value':'','Children':{"
                            + "'attributes':{'Path':'/0/members/697c51d377acd50a/attributes','CreatedIndex':2,'ModifiedIndex':2,"
                            + "TIME,'Value':'{_'name_':_'m1_',_'clientURLs_':[_'http://127.0.0.1:26001_']}','Children':null},"
                            + "'raftAttributes':{'Path':'/0/members/697c51d377acd50a/raftAttributes','CreatedIndex':1,"
                            + "'ModifiedIndex':1,TIME,'Value':'{_'peerURLs_':[_'http://127.0.0.1:26002_']}','Children':null}}}}},"
                            + "'version':{'Path':'/0/version','CreatedIndex':3,'ModifiedIndex':3,TIME,'Value':'3.7.0',"
                            + "'Children':null}}},"
                            + "'1':{'Path':'/1','CreatedIndex':0,'ModifiedIndex':0,TIME,'Value':'','Children':{}}}},"
                            + "'WatcherHub':{'EventHistory':{'Queue':{'Events':["
                            + "{'action':'create','node':{'key':'/0/members/697c51d377acd50a/raftAttributes',"
                            + "'value':'{_'peerURLs_':[_'http://127.0.0.1:26002_']}','modifiedIndex':1,'createdIndex':1}},"
                            + "{'action':'set','node':{'key':'/0/members/697c51d377acd50a/attributes',"
                            + "'value':'{_'name_':_'m1_',_'clientURLs_':[_'http://127.0.0.1:26001_']}',"
                            + "'modifiedIndex':2,'createdIndex':2}},"
                            + "{'action':'set','node':{'key':'/0/version','value':'3.7.0','modifiedIndex':3,'createdIndex':3}}"
                            + "NULLS],'Size':3,'Front':0,'Back':3,'Capacity':1000},'StartIndex':1,'LastIndex':3}},"
                            + "'CurrentIndex':3,'Stats':{'getsSuccess':0,'getsFail':1,'setsSuccess':2,'setsFail':0,"
                            + "'deleteSuccess':0,'deleteFail':0,'updateSuccess':0,'updateFail':0,'createSuccess':1,"
                            + "'createFail':0,'compareAndSwapSuccess':0,'compareAndSwapFail':0,'compareAndDeleteSuccess':0,"
                            + "'compareAndDeleteFail':0,'expireCount':0,'watchers':0},'CurrentVersion':2}")
                    .replace("_'", "\\\"")
                    .replace('\'', '"')
                    .replace("TIME", TIME)
                    .replace("NULLS", ",null".repeat(997));

    @Test
    void writesTheMembershipAsEtcdDoes() {
        Member member = new Member(
                0x697c51d377acd50aL, "m1", List.of("http://127.0.0.1:26002"), List.of("http://127.0.0.1:26001"), false);
        assertThat(V2StoreRecord.encode(List.of(member), List.of(), "3.7.0").toUtf8())
                .isEqualTo(OF_ETCD);
    }

    @Test
    void tellsOfLearnersAndOfMembersThatAreGone() {
        Member learner = new Member(3, "", List.of("http://a"), List.of(), true);
        String json = V2StoreRecord.encode(List.of(learner), List.of(255L), "").toUtf8();
        assertThat(json)
                .contains("\"Value\":\"{\\\"peerURLs\\\":[\\\"http://a\\\"],\\\"isLearner\\\":true}\"")
                .contains("\"removed_members\":{\"Path\":\"/0/removed_members\",\"CreatedIndex\":2")
                .contains("{\"action\":\"create\",\"node\":{\"key\":\"/0/removed_members/ff\",\"value\":\"\"")
                .doesNotContain("/attributes\"")
                .doesNotContain("/0/version")
                .contains("\"CurrentIndex\":2");
    }

    @Test
    void keepsTheLastThousandEventsInARing() {
        List<Long> removed = LongStream.rangeClosed(1, 1003).boxed().toList();
        String json = V2StoreRecord.encode(List.of(), removed, "").toUtf8();
        assertThat(json)
                .contains("\"Events\":[{\"action\":\"create\",\"node\":{\"key\":\"/0/removed_members/3e9\"")
                .contains(
                        "\"Size\":1000,\"Front\":3,\"Back\":3,\"Capacity\":1000},\"StartIndex\":4,\"LastIndex\":1003}");
    }
}
