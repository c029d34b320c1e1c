/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as people's words: folding is stable and gives UTF-8, masks can
 * stand in a log, trimming and copying never cut a letter.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

#include "tests/fuzz/fuzz.h"

static void look_at_fold(void (*fold)(struct buf *out, const char *text),
                         const char *text)
{
    struct buf once;
    struct buf twice;
    buf_init(&once, (size_t)1 << 20);
    buf_init(&twice, (size_t)1 << 20);
    fold(&once, text);
    fold(&twice, once.data);
    if (!text_is_utf8(once.data, once.len))
        PANIC("folded to something else than UTF-8");
    if (!once.overflow && strcmp(once.data, twice.data) != 0)
        PANIC("folding is not stable");
    buf_free(&once);
    buf_free(&twice);
}

static void look_at_mask(const char *text)
{
    struct buf out;
    buf_init(&out, 1000);
    text_mask(&out, text);
    if (!text_is_utf8(out.data, out.len))
        PANIC("a mask that is not UTF-8");
    for (const char *p = out.data; *p != '\0'; p++) {
        if ((unsigned char)*p < ' ' || *p == 0x7f)
            PANIC("a control character in a mask");
    }
    buf_free(&out);
}

static void look_at_pieces(char *text)
{
    char part[16];
    bool good = text_is_utf8(text, strlen(text));
    text_copy(part, sizeof part, text);
    if (good && !text_is_utf8(part, strlen(part)))
        PANIC("copying cut a letter");
    bool blank = text_blank(text);
    text_trim(text);
    if (blank != (text[0] == '\0') ||
        (good && !text_is_utf8(text, strlen(text))))
        PANIC("trimming went wrong");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 4)
        return 0;
    char *text = memory_text_n((const char *)data + 3, size - 3);
    struct civil local = {{2026, (int8_t)(1 + data[0] % 12), 28},
                          (int8_t)(data[1] % 24),
                          (int8_t)(data[2] % 60),
                          0};
    look_at_fold(text_fold, text);
    look_at_fold(text_fold_plain, text);
    look_at_mask(text);
    struct buf out;
    buf_init(&out, 200);
    text_date(&out, local, text, (enum text_date_style)(data[0] % 4));
    if (out.len == 0 || !text_is_utf8(out.data, out.len))
        PANIC("no date");
    buf_free(&out);
    look_at_pieces(text);
    free(text);
    return 0;
}
