/* SPDX-License-Identifier: Apache-2.0 */
package dev.quorate.storage.h2;

import java.io.IOException;
import java.nio.channels.FileChannel;
import org.apiguardian.api.API;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/** Files that a crash leaves as they were at their last sync; see {@link AtomicFile}. */
@API(status = API.Status.INTERNAL)
public final class AtomicFilePath extends FilePathWrapper {
    static final String SCHEME = "quorate-atomic";
    static final String JOURNAL_SUFFIX = ".journal";

    /** Creates a path; called by H2, which makes one of its own for each file. */
    public AtomicFilePath() {}

    @Override
    public String getScheme() {
        return SCHEME;
    }

    @Override
    public FileChannel open(String mode) throws IOException {
        FileChannel file = getBase().open(mode);
        try {
            return new AtomicFile(
                    file, () -> FilePath.get(getBase() + JOURNAL_SUFFIX).open("rw"));
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }
}
