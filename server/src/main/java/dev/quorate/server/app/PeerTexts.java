/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.server.app;

import dev.quorate.api.error.EtcdError;
import dev.quorate.api.error.EtcdException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The words that members of etcd have among themselves for what clients hear in others; peer transports choose the code
 * of an answer by them. Source: etcd v3.7.1, {@code server/etcdserver/api/membership/errors.go},
 * {@code server/etcdserver/errors/errors.go}, {@code server/lease/leasehttp/http.go}.
 */
final class PeerTexts {
    static final String ID_NOT_FOUND = "membership: ID not found";

    private static final String WAITED_TOO_LONG = "waiting for node to catch up its applied index has timed out";

    private static final Map<EtcdError, String> INSIDE = Map.of(
            EtcdError.MEMBER_NOT_FOUND, ID_NOT_FOUND,
            EtcdError.MEMBER_NOT_LEARNER, "membership: can only promote a learner member",
            EtcdError.LEASE_NOT_FOUND, LeaseService.NOT_FOUND,
            EtcdError.TIMEOUT_WAIT_APPLIED_INDEX, WAITED_TOO_LONG,
            EtcdError.LEADER_CHANGED, "not a primary lessor",
            EtcdError.COMPACTED, "mvcc: required revision has been compacted",
            EtcdError.FUTURE_REV, "mvcc: required revision is a future revision");

    /** What a promotion that is refused by the leader can be refused for, so that it is not asked again. */
    private static final List<EtcdError> PROMOTION_REFUSALS =
            List.of(EtcdError.LEARNER_NOT_READY, EtcdError.MEMBER_NOT_FOUND, EtcdError.MEMBER_NOT_LEARNER);

    private PeerTexts() {}

    /** Returns what another member is told. */
    static String inside(EtcdException failure) {
        for (Map.Entry<EtcdError, String> text : INSIDE.entrySet()) {
            if (failure.is(text.getKey())) {
                return text.getValue();
            }
        }
        return String.valueOf(failure.getMessage());
    }

    /** Returns why the leader does not promote a learner; null if it may be asked again. */
    static @Nullable EtcdError promotionRefusal(String text) {
        for (EtcdError error : PROMOTION_REFUSALS) {
            if (text.contains(INSIDE.getOrDefault(error, error.text()))) {
                return error;
            }
        }
        return null;
    }
}
