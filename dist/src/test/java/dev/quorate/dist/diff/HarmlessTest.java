/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist.diff;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.quorate.wire.etcdserverpb.HashKVRequest;
import org.junit.jupiter.api.Test;

class HarmlessTest {
    private final Scene scene = new Scene(1, call -> {
        throw new AssertionError("nobody is asked");
    });

    /** Seed 8 once turned a hash at revision 1047 into one at 791, which ours had forgotten at a restart. */
    @Test
    void damageMayNotAskForAHashThatARestartForgot() {
        scene.forgottenHash = 919;

        assertThat(Harmless.is(damaged(8, 0x97, 6), scene)).isFalse();
        assertThat(Harmless.is(hash(1), scene)).isFalse();
        assertThat(Harmless.is(hash(919), scene)).isFalse();
        assertThat(Harmless.is(damaged(8, 0x97, 8, 8, 0x97, 6), scene))
                .as("the last of two revisions counts")
                .isFalse();
    }

    @Test
    void damageMayAskForEveryOtherHash() {
        scene.forgottenHash = 919;

        assertThat(Harmless.is(hash(920), scene)).isTrue();
        assertThat(Harmless.is(hash(0), scene)).isTrue();
        assertThat(Harmless.is(hash(-1), scene)).isTrue();
        assertThat(Harmless.is(damaged(8, 0x97), scene)).as("no message").isTrue();
    }

    @Test
    void anyHashMayBeAskedForBeforeTheFirstRestart() {
        assertThat(Harmless.is(hash(1), scene)).isTrue();
    }

    private static Call hash(long revision) {
        return Call.of(
                Call.HASH_KV, HashKVRequest.newBuilder().setRevision(revision).build());
    }

    private static Call damaged(int... bytes) {
        ByteString.Output out = ByteString.newOutput();
        for (int each : bytes) {
            out.write(each);
        }
        return Call.of(Call.HASH_KV, out.toByteString());
    }
}
