/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.api.error.EtcdError;
import dev.quorate.api.error.EtcdException;
import dev.quorate.api.model.Member;
import dev.quorate.api.storage.WriteBatch;
import dev.quorate.api.storage.memory.MapStorageEngine;
import dev.quorate.schema.Buckets;
import dev.quorate.schema.ConfStateRecord;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Each rule by which etcd takes or refuses a change, and what a store holds of it afterwards. */
class MembershipTest {
    private final MapStorageEngine engine = new MapStorageEngine(Buckets.ALL);
    private final Membership membership = Membership.restore(engine);
    private long index;

    private static Member voter(long id, String url) {
        return new Member(id, "m" + id, List.of(url), List.of(), false);
    }

    private static Member learner(long id, String url) {
        return new Member(id, "", List.of(url), List.of(), true);
    }

    private void make(MembershipChange change) {
        membership.check(change, 1);
        WriteBatch batch = new WriteBatch();
        membership.apply(change, batch);
        engine.write(batch, ++index);
    }

    private void add(Member member) {
        make(new MembershipChange.Add(member));
    }

    private void refuses(EtcdError error, MembershipChange change) {
        ThrowingCallable check = () -> membership.check(change, 1);
        assertThatThrownBy(check)
                .isInstanceOfSatisfying(
                        EtcdException.class,
                        e -> assertThat(e.is(error)).as("%s is %s", e, error).isTrue());
    }

    private ConfStateRecord confState() {
        return ConfStateRecord.decode(Objects.requireNonNull(engine.get(Buckets.META, Buckets.CONF_STATE)));
    }

    @Test
    void refusesAMemberThatIsThere() {
        add(voter(1, "http://a:1"));
        refuses(EtcdError.MEMBER_EXIST, new MembershipChange.Add(voter(1, "http://b:1")));
    }

    @Test
    void refusesUrlsOfAnotherMember() {
        add(voter(1, "http://a:1"));
        add(voter(2, "http://b:1"));
        refuses(EtcdError.PEER_URL_EXIST, new MembershipChange.Add(voter(3, "http://a:1")));
        refuses(EtcdError.PEER_URL_EXIST, new MembershipChange.Update(2, List.of("http://c:1", "http://a:1")));
        membership.check(new MembershipChange.Update(2, List.of("http://b:1", "http://c:1")), 1);
    }

    @Test
    void refusesMoreLearnersThanThereMayBe() {
        add(voter(1, "http://a:1"));
        add(learner(2, "http://b:1"));
        refuses(EtcdError.TOO_MANY_LEARNERS, new MembershipChange.Add(learner(3, "http://c:1")));
        membership.check(new MembershipChange.Add(learner(3, "http://c:1")), 2);
        membership.check(new MembershipChange.Add(voter(3, "http://c:1")), 1);
    }

    @Test
    void refusesWhatIsAboutNobody() {
        refuses(EtcdError.MEMBER_NOT_FOUND, new MembershipChange.Remove(9));
        refuses(EtcdError.MEMBER_NOT_FOUND, new MembershipChange.Promote(9));
        refuses(EtcdError.MEMBER_NOT_FOUND, new MembershipChange.Update(9, List.of("http://a:1")));
    }

    @Test
    void refusesToPromoteAVoter() {
        add(voter(1, "http://a:1"));
        refuses(EtcdError.MEMBER_NOT_LEARNER, new MembershipChange.Promote(1));
    }

    @Test
    void neverTakesARemovedMemberBack() {
        add(voter(1, "http://a:1"));
        add(voter(2, "http://b:1"));
        make(new MembershipChange.Remove(2));
        refuses(EtcdError.MEMBER_NOT_FOUND, new MembershipChange.Add(voter(2, "http://b:1")));
        refuses(EtcdError.MEMBER_NOT_FOUND, new MembershipChange.Remove(2));
        assertThat(Membership.restore(engine).removed()).containsExactly(2L);
        assertThat(Membership.restore(engine).isRemoved(2)).isTrue();
    }

    @Test
    void keepsWhatIsKnownOfAMemberThatIsPromotedOrMoves() {
        add(voter(1, "http://a:1"));
        add(learner(2, "http://b:1"));
        WriteBatch batch = new WriteBatch();
        membership.setAttributes(2, "two", List.of("http://b:2"), batch);
        engine.write(batch, ++index);
        make(new MembershipChange.Update(2, List.of("http://c:1")));
        assertThat(membership.member(2))
                .isEqualTo(new Member(2, "two", List.of("http://c:1"), List.of("http://b:2"), true));
        assertThat(confState().learners()).containsExactly(2L);
        make(new MembershipChange.Promote(2));
        Member promoted = new Member(2, "two", List.of("http://c:1"), List.of("http://b:2"), false);
        assertThat(membership.voters()).containsExactly(voter(1, "http://a:1"), promoted);
        assertThat(Membership.restore(engine).members()).isEqualTo(membership.members());
        assertThat(confState()).isEqualTo(ConfStateRecord.of(List.of(1L, 2L), List.of()));
    }

    @Test
    void doesNotTakeTheLeastVersionForThatOfTheSchema() {
        WriteBatch batch = new WriteBatch();
        membership.setClusterVersion("3.0.0", batch);
        engine.write(batch, ++index);
        assertThat(Membership.restore(engine).clusterVersion()).isEqualTo("3.0.0");
        assertThat(Membership.restore(engine).storageVersion()).isEmpty();
        batch = new WriteBatch();
        membership.setClusterVersion("3.7.0", batch);
        engine.write(batch, ++index);
        assertThat(Membership.restore(engine).storageVersion()).isEqualTo("3.7.0");
    }
}
