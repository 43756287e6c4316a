/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.api.message;

import dev.quorate.api.model.AlarmAction;
import dev.quorate.api.model.AlarmType;
import dev.quorate.api.model.CompareResult;
import dev.quorate.api.model.CompareTarget;
import dev.quorate.api.model.SortOrder;
import dev.quorate.api.model.SortTarget;
import org.apiguardian.api.API;

/**
 * Numbers of enumerations on the wire: the ordinals. The last constant of each stands for every number that is none; it
 * is written as that number again, which is the first free one.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class Numbers {
    private static final AlarmType[] ALARM_TYPES = AlarmType.values();
    private static final AlarmAction[] ALARM_ACTIONS = AlarmAction.values();
    private static final SortOrder[] SORT_ORDERS = SortOrder.values();
    private static final SortTarget[] SORT_TARGETS = SortTarget.values();
    private static final CompareResult[] COMPARE_RESULTS = CompareResult.values();
    private static final CompareTarget[] COMPARE_TARGETS = CompareTarget.values();

    private Numbers() {}

    /**
     * Finds the constant of a number.
     *
     * @param number as on the wire
     * @return the constant, the last one for a number that is none
     */
    public static AlarmType alarmType(long number) {
        return of(ALARM_TYPES, number);
    }

    /**
     * Finds the constant of a number.
     *
     * @param number as on the wire
     * @return the constant, the last one for a number that is none
     */
    public static AlarmAction alarmAction(long number) {
        return of(ALARM_ACTIONS, number);
    }

    /**
     * Finds the constant of a number.
     *
     * @param number as on the wire
     * @return the constant, the last one for a number that is none
     */
    public static SortOrder sortOrder(long number) {
        return of(SORT_ORDERS, number);
    }

    /**
     * Finds the constant of a number.
     *
     * @param number as on the wire
     * @return the constant, the last one for a number that is none
     */
    public static SortTarget sortTarget(long number) {
        return of(SORT_TARGETS, number);
    }

    /**
     * Finds the constant of a number.
     *
     * @param number as on the wire
     * @return the constant, the last one for a number that is none
     */
    public static CompareResult compareResult(long number) {
        return of(COMPARE_RESULTS, number);
    }

    /**
     * Finds the constant of a number.
     *
     * @param number as on the wire
     * @return the constant, the last one for a number that is none
     */
    public static CompareTarget compareTarget(long number) {
        return of(COMPARE_TARGETS, number);
    }

    private static <E> E of(E[] constants, long number) {
        int value = (int) number; // enumerations are 32 bits on the wire
        int last = constants.length - 1;
        return constants[value < 0 || value > last ? last : value];
    }
}
