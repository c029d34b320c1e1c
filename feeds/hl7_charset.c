/* SPDX-License-Identifier: Apache-2.0 */
#include "feeds/hl7_charset.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/charset.h"
#include "base/memory.h"
#include "base/text.h"

/* HL7 table 0211 and what ICU calls these; NULL: UTF-8, else Windows-1252,
 * which has all of 8859/1 and what is typed into it besides. */
static const struct {
    const char *hl7, *icu;
} sets[] = {
    {"", NULL},
    {"ASCII", NULL},
    {"UNICODE UTF-8", "UTF-8"},
    {"UNICODE", "UTF-8"},
    {"UTF-8", "UTF-8"},
    {"8859/1", "windows-1252"},
    {"8859/2", "ISO-8859-2"},
    {"8859/3", "ISO-8859-3"},
    {"8859/4", "ISO-8859-4"},
    {"8859/5", "ISO-8859-5"},
    {"8859/6", "ISO-8859-6"},
    {"8859/7", "ISO-8859-7"},
    {"8859/8", "ISO-8859-8"},
    {"8859/9", "ISO-8859-9"},
    {"8859/15", "ISO-8859-15"},
    {"ISO IR14", "JIS_X0201"},
    {"ISO IR87", "ISO-2022-JP"},
    {"ISO IR159", "ISO-2022-JP-2"},
    {"GB 18030-2000", "GB18030"},
    {"BIG-5", "Big5"},
    {"KS X 1001", "EUC-KR"},
};

/* "UNICODE UTF-8", also in small letters, and with a blank too many. */
static bool is_named(const char *set, const char *given)
{
    char plain[32];
    snprintf(plain, sizeof(plain), "%s", given);
    text_trim(plain);
    return text_equal_nocase(set, plain);
}

static bool is_ascii(const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)bytes[i] >= 0x80)
            return false;
    return true;
}

static bool is_switched(const char *set)
{
    return set && text_starts(set, "ISO-2022");
}

/* Of the names of MSH-18 the set that has them all; -1: one is not understood.
 * (Japanese begins in ASCII or JIS X 0201 and changes to JIS X 0208 and 0212;
 * the largest set is the last in the table.) */
static int set_of(const char *charset, char repeat, bool escapes,
                  struct error *err)
{
    const int count = (int)(sizeof(sets) / sizeof(sets[0]));
    int set = -1;
    for (const char *from = charset, *end; from; from = *end ? end + 1 : NULL) {
        char name[32];
        end = strchrnul(from, repeat);
        snprintf(name, sizeof(name), "%.*s", (int)(end - from), from);
        int i = 0;
        while (i < count && !is_named(sets[i].hl7, name))
            i++;
        if (i == count && (set < 0 || escapes)) {
            for (char *c = name; *c; c++)
                if (*c < ' ' || *c > '~')
                    *c = '?'; /* in whatever set it is written itself */
            error_set(err, ERROR_INPUT,
                      "MSH-18: the character set '%s' is not understood; send "
                      "UNICODE UTF-8",
                      name);
            return -1;
        }
        bool begins = set < 0,
             more = i < count && is_switched(sets[i].icu) && i > set;
        if (begins || (more && (!sets[set].icu || is_switched(sets[set].icu) ||
                                text_equal(sets[set].icu, "JIS_X0201"))))
            set = i;
    }
    if (escapes && !is_switched(sets[set].icu)) {
        error_set(err, ERROR_INPUT,
                  "MSH-18: the characters change by escapes (ISO 2022), "
                  "which are understood where ISO IR87 or ISO IR159 is named; "
                  "send UNICODE UTF-8");
        return -1;
    }
    return set;
}

char *hl7_charset_utf8(struct arena *arena, const char *bytes, size_t len,
                       const char *charset, char repeat, struct error *err)
{
    bool escapes = memmem(bytes, len, "\x1b$", 2) != NULL;
    int which = set_of(charset, repeat, escapes, err);
    if (which < 0)
        return NULL;
    const char *set = sets[which].icu;
    if (!set)
        set = text_is_utf8(bytes, len) ? "UTF-8" : "windows-1252";
    /* (Japanese is written in ASCII alone, with escapes.) */
    if (is_ascii(bytes, len) && !is_switched(set))
        return arena_text_n(arena, bytes, len);
    if (text_equal(set, "UTF-8") && text_is_utf8(bytes, len))
        return arena_text_n(arena, bytes, len);
    struct buf out;
    char *text = NULL;
    buf_init(&out, 4 * len + 16);
    if (charset_to_utf8(set, bytes, len, &out))
        text = arena_text_n(arena, out.data, out.len);
    else
        error_set(err, ERROR_INPUT, "MSH-18: these bytes are not written in %s",
                  *charset ? charset : "any character set that is usual");
    buf_free(&out);
    return text;
}
