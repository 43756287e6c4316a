/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Ids that real etcd gave to members and clusters. */
class MemberIdsTest {
    @Test
    void derivesTheIdsOfADefaultMember() {
        long member = MemberIds.ofMember(List.of("http://localhost:2380"), "etcd-cluster");
        assertThat(Long.toHexString(member)).isEqualTo("8e9e05c52164694d");
        assertThat(Long.toHexString(MemberIds.ofCluster(List.of(member)))).isEqualTo("cdf818194e3a8c32");
    }

    @Test
    void derivesTheIdsOfAMemberAtAnotherAddress() {
        long member = MemberIds.ofMember(List.of("http://127.0.0.1:41380"), "etcd-cluster");
        assertThat(Long.toHexString(member)).isEqualTo("ec1314ea52838568");
        assertThat(Long.toHexString(MemberIds.ofCluster(List.of(member)))).isEqualTo("dfd396ec7b4c7b9e");
    }
}
