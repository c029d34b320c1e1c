/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a mail: read as far as they can be, never past their end, and
 * never into more than they are.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/memory.h"
#include "sandbox/letter.h"

#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = memory_text_n((const char *)data, size);
    struct buf subject, body;
    buf_init(&subject, 2 * size + 64);
    buf_init(&body, 2 * size + 64);
    letter_read(text, &subject, &body);
    if (subject.len > size || body.len > size)
        PANIC("%zu and %zu bytes out of %zu", subject.len, body.len, size);
    buf_free(&subject);
    buf_free(&body);
    free(text);
    return 0;
}
