/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names at the end of a message. Only the writer's own is known to be none of
 * what they say: "C, Ann" confirms, and "C, tomorrow" says more than that.
 */
#include "inbound/signature.h"

#include <stdbool.h>
#include <string.h>

#include "base/fold.h"
#include "base/text.h"

#include "inbound/find.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
enum { SIGNATURE_MAX = 80 }; /* bytes of a name, and what stands around it */

/* Also between two letters, and only beside a blank: "no-show", "and/or". */
static const char *const always[] = {"~", "(", "[", "\u2014"};
static const char *const beside_blank[] = {"-", "/",      "|",      ":",
                                           "*", "\u2013", "\u2022", "\u00B7"};

static size_t starts_any(const char *at, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text_starts(at, list[i]))
            return strlen(list[i]);
    return 0;
}

size_t signature_mark(const char *text, const char *at)
{
    const char *from = at;
    bool blank = at > text && at[-1] == ' ', sure = false;
    for (size_t len = 1; len > 0; at += len) {
        size_t wide = starts_any(at, always, COUNT(always));
        len =
            wide > 0 ? wide : starts_any(at, beside_blank, COUNT(beside_blank));
        sure |= wide > 0;
    }
    return at > from && (sure || blank || *at == ' ') ? (size_t)(at - from) : 0;
}

/* Each word one of a name, or the letter that one begins with; and not letters
 * alone, which are answers. */
static bool is_name(const char *text, const char *name)
{
    bool whole = false;
    for (const char *at = text; *at;) {
        size_t len = strcspn(at, " ");
        bool known = false;
        for (const char *one = name; *one && !known;) {
            size_t size = strcspn(one, " ");
            bool same = size == len && strncmp(one, at, len) == 0;
            known = same || (len == 1 && *one == *at);
            whole |= same && len > 1;
            one += size + strspn(one + size, " ");
        }
        if (!known)
            return false;
        at += len + strspn(at + len, " ");
    }
    return whole;
}

/* What stands behind `at` and no more. */
static bool is_signed(const char *at, const char *name)
{
    struct buf tail;
    buf_init(&tail, FOLD_MAX);
    fold_text(&tail, at);
    bool own = is_name(tail.data, name);
    buf_free(&tail);
    return own;
}

size_t signature_begins(const char *text, const char *given, const char *family)
{
    size_t len = strlen(text), begins = 0;
    const char *last = len > SIGNATURE_MAX ? text + len - SIGNATURE_MAX : text;
    struct buf both, name;
    buf_init(&both, FOLD_MAX);
    buf_init(&name, FOLD_MAX);
    buf_format(&both, "%s %s", given ? given : "", family ? family : "");
    fold_text(&name, both.data);
    for (const char *at = text + len; begins == 0 && at > last + 1;) {
        at--;
        bool parts = strchr(",.!?;\n", *at) || signature_mark(text, at) > 0;
        if (parts && is_signed(at, name.data))
            begins = (size_t)(at - text) + (*at == '?');
    }
    buf_free(&both);
    buf_free(&name);
    return begins;
}
