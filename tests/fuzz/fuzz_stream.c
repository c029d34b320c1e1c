/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a file of messages and as one of resources: it comes to an end,
 * its items lie in it one after the other, or it is said why it cannot be read.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#include "feeds/stream.h"

#include "tests/fuzz/fuzz.h"

static void read_as(const char *path, enum stream_kind kind)
{
    struct error err = {0};
    struct stream_item item;
    int64_t line = 0;
    int step = -1;
    struct stream *stream = stream_open(path, kind, &err);
    while (stream && (step = stream_next(stream, &item, &err)) == 1) {
        expect(item.text && (item.wrong || item.len > 0),
               "an item is something");
        expect(item.line >= line && item.line > 0, "lines rise");
        line = item.line;
    }
    expect((stream && step == 0) || err.text[0], "it ends, or says why not");
    stream_close(stream);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[FUZZ_PATH_MAX];
    fuzz_path("fuzz.feed", path);
    fuzz_write(path, data, size);
    read_as(path, STREAM_HL7);
    read_as(path, STREAM_FHIR);
    return 0;
}
