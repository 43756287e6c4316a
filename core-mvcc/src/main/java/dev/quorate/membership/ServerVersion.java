/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.membership;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A version of a server or of a cluster. What follows the three numbers, such as {@code -rc.1}, is not looked at.
 *
 * @param major first number
 * @param minor second number
 * @param patch third number; 0 for a cluster
 */
@API(status = API.Status.EXPERIMENTAL)
public record ServerVersion(long major, long minor, long patch) implements Comparable<ServerVersion> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,9})\\.(\\d{1,9})\\.(\\d{1,9})([-+].*)?");
    private static final Comparator<ServerVersion> ORDER = Comparator.comparingLong(ServerVersion::major)
            .thenComparingLong(ServerVersion::minor)
            .thenComparingLong(ServerVersion::patch);

    /**
     * Reads a version.
     *
     * @param text such as {@code 3.7.1}
     * @return the version, or null if the text is none
     */
    public static @Nullable ServerVersion parse(String text) {
        Matcher matcher = FORM.matcher(text);
        return matcher.matches()
                ? new ServerVersion(
                        Long.parseLong(matcher.group(1)),
                        Long.parseLong(matcher.group(2)),
                        Long.parseLong(matcher.group(3)))
                : null;
    }

    /**
     * Returns the version of a cluster whose oldest member is this one.
     *
     * @return the same without a patch
     */
    public ServerVersion cluster() {
        return new ServerVersion(major, minor, 0);
    }

    /**
     * Returns the only version that a cluster of this one may be downgraded to.
     *
     * @return one minor version below
     */
    public ServerVersion downgraded() {
        return new ServerVersion(major, minor - 1, 0);
    }

    @Override
    public int compareTo(ServerVersion other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
