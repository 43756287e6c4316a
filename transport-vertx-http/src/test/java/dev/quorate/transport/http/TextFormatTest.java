/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.api.platform.Metrics;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextFormatTest {
    @ParameterizedTest
    @CsvSource({
        "0,0",
        "1,1",
        "-1,-1",
        "20480,20480",
        "999999,999999",
        "1000000,1e+06",
        "-2500000,-2.5e+06",
        "2147483648,2.147483648e+09",
        "1e21,1e+21",
        "1e100,1e+100",
        "512.5,512.5",
        "0.027368537,0.027368537",
        "0.0001,0.0001",
        "0.00001,1e-05",
        "0.00012345,0.00012345",
        "NaN,NaN",
        "Infinity,+Inf",
        "-Infinity,-Inf"
    })
    void writesNumbersAsGoDoes(double value, String text) {
        assertThat(TextFormat.number(value)).isEqualTo(text);
    }

    @Test
    void writesTheBoundsOfBucketsAsEtcdDoes() {
        assertThat(bounds(0.001, 14))
                .isEqualTo("0.001 0.002 0.004 0.008 0.016 0.032 0.064 0.128 0.256 0.512 1.024 2.048 4.096 8.192");
        assertThat(bounds(0.1, 13)).isEqualTo("0.1 0.2 0.4 0.8 1.6 3.2 6.4 12.8 25.6 51.2 102.4 204.8 409.6");
        assertThat(bounds(1, 24)).endsWith(" 524288 1.048576e+06 2.097152e+06 4.194304e+06 8.388608e+06");
    }

    private static String bounds(double start, int count) {
        return DoubleStream.of(Metrics.exponentialBuckets(start, 2, count))
                .mapToObj(TextFormat::number)
                .collect(Collectors.joining(" "));
    }

    @Test
    void escapesHelp() {
        TextFormat text = new TextFormat();
        text.head("a", "b\\c\nd", "gauge");

        assertThat(Arrays.asList(text.toString().split("\n", -1)))
                .containsExactly("# HELP a b\\\\c\\nd", "# TYPE a gauge", "");
    }
}
