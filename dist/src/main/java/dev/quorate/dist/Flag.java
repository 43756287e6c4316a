/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.dist;

/**
 * One thing that the server can be told.
 *
 * @param name its name, without dashes
 * @param type kind of its value
 * @param fallback its value if nothing is said
 * @param yamlKey its key in the configuration file, nested with dots; {@code -} if it has none
 * @param fate what becomes of it
 */
record Flag(String name, String type, String fallback, String yamlKey, Fate fate) {
    /** What becomes of a flag that is set. */
    enum Fate {
        /** It has its effect. */
        SERVED,
        /** It is accepted, but has no effect yet: a warning names it. */
        ACCEPTED,
        /** It would be unsafe to ignore it: the start is refused. */
        REFUSED,
        /** It has had no effect for many versions. */
        IGNORED
    }

    boolean isBoolean() {
        return type.equals("bool");
    }

    /** Returns the name of its environment variable. */
    String variable() {
        return "ETCD_" + name.toUpperCase(java.util.Locale.ROOT).replace('-', '_');
    }
}
