/* SPDX-License-Identifier: Apache-2.0 */
/* How a text travels as SMS: the alphabet it needs, how many parts it takes,
 * and the little rewriting that keeps a reminder in one part.
 *
 * Called for every message that is planned, previewed or sent, so measuring
 * is one pass without memory of its own. It never changes a text by itself
 * and never refuses one: limits (L-4, S-6) belong to those who know whom the
 * text is for. */
#include "channels/sms.h"

#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"

/* S-3: one part alone, and each part of several (6 of 140 octets go to the
 * header that joins them). */
#define GSM_SINGLE 160
#define GSM_PART 153
#define UCS_SINGLE 70
#define UCS_PART 67

#define BIT(c) (UINT64_C(1) << ((c)&63))

/* S-4, the default alphabet of GSM 03.38 as sets of code points below 256,
 * 64 a word. What lies above is in sms_septets(). */
static const uint64_t basic_set[4] = {
    UINT64_C(0xFFFFFFFF00000000) | BIT('\n') | BIT('\r'),
    /* @ A-Z, _ and a-z: no brackets, no backtick, no braces */
    UINT64_C(0x0000000007FFFFFF) | BIT('_') | UINT64_C(0x07FFFFFE00000000),
    BIT(0xA1) | BIT(0xA3) | BIT(0xA4) | BIT(0xA5) | BIT(0xA7) | BIT(0xBF),
    BIT(0xC4) | BIT(0xC5) | BIT(0xC6) | BIT(0xC7) | BIT(0xC9) | BIT(0xD1) |
        BIT(0xD6) | BIT(0xD8) | BIT(0xDC) | BIT(0xDF) | BIT(0xE0) | BIT(0xE4) |
        BIT(0xE5) | BIT(0xE6) | BIT(0xE8) | BIT(0xE9) | BIT(0xEC) | BIT(0xF1) |
        BIT(0xF2) | BIT(0xF6) | BIT(0xF8) | BIT(0xF9) | BIT(0xFC),
};
static const uint64_t extended_set[2] = {
    BIT('\f'),
    BIT('[') | BIT('\\') | BIT(']') | BIT('^') | BIT('{') | BIT('|') |
        BIT('}') | BIT('~'),
};

/* Septets of a code point: 1, 2 (with the escape), or 0: not in GSM-7. */
static size_t sms_septets(int32_t point)
{
    if (point < 128) {
        if (basic_set[point >> 6] & BIT(point))
            return 1;
        return (extended_set[point >> 6] & BIT(point)) ? 2 : 0;
    }
    if (point < 256)
        return (basic_set[point >> 6] & BIT(point)) ? 1 : 0;
    switch (point) {
    case 0x0393: /* Γ */
    case 0x0394: /* Δ */
    case 0x0398: /* Θ */
    case 0x039B: /* Λ */
    case 0x039E: /* Ξ */
    case 0x03A0: /* Π */
    case 0x03A3: /* Σ */
    case 0x03A6: /* Φ */
    case 0x03A8: /* Ψ */
    case 0x03A9: /* Ω */
        return 1;
    case 0x20AC: /* € */
        return 2;
    default:
        return 0;
    }
}

/* Parts of one encoding as they fill. A character is never split (S-5), so
 * dividing the sum by the size of a part would be wrong. */
struct parts {
    size_t units;
    size_t count;
    size_t room;
};

static void parts_add(struct parts *parts, size_t units, size_t size)
{
    parts->units += units;
    if (parts->room < units) {
        parts->count++;
        parts->room = size;
    }
    parts->room -= units;
}

/* The next character; bytes that are not UTF-8 count as one odd character
 * each, as they would arrive (U+FFFD). */
static int32_t sms_next(const char **at, const char *end)
{
    const char *before = *at;
    int32_t point = text_next(at, end);

    if (point >= 0)
        return point;
    *at = before + 1;
    return 0xFFFD;
}

struct sms_size sms_measure(const char *text)
{
    const char *at = text;
    const char *end = text + strlen(text);
    struct parts gsm = {0};
    struct parts ucs = {0};
    struct sms_size size = {.encoding = SMS_GSM7};

    while (at < end) {
        int32_t point = (unsigned char)*at;
        size_t septets;

        if (point < 128)
            at++;
        else
            point = sms_next(&at, end);
        size.characters++;
        parts_add(&ucs, point > 0xFFFF ? 2 : 1, UCS_PART);
        septets = sms_septets(point);
        parts_add(&gsm, septets, GSM_PART);
        if (septets == 0 && size.encoding == SMS_GSM7) {
            size.encoding = SMS_UCS2;
            size.first_foreign = (int)point;
        }
    }
    if (size.encoding == SMS_GSM7) {
        size.units = gsm.units;
        size.parts = gsm.units <= GSM_SINGLE ? gsm.units > 0 : gsm.count;
    } else {
        size.units = ucs.units;
        size.parts = ucs.units <= UCS_SINGLE ? 1 : ucs.count;
    }
    return size;
}

/* Typography that word processors put in and nobody misses. */
static const char *sms_plain(int32_t point)
{
    switch (point) {
    case 0x2018:
    case 0x2019:
    case 0x201A:
    case 0x201B:
    case 0x2032:
    case 0x00B4:
    case 0x0060:
        return "'";
    case 0x201C:
    case 0x201D:
    case 0x201E:
    case 0x201F:
    case 0x2033:
    case 0x00AB:
    case 0x00BB:
        return "\"";
    case 0x2010:
    case 0x2011:
    case 0x2012:
    case 0x2013:
    case 0x2014:
    case 0x2015:
    case 0x2212:
        return "-";
    case 0x2022:
    case 0x00B7:
        return "*";
    case 0x2026:
        return "...";
    case 0x0009:
    case 0x00A0:
    case 0x202F:
    case 0x205F:
    case 0x3000:
        return " ";
    case 0x00AD:
    case 0x200B:
    case 0x2060:
    case 0xFEFF:
        return "";
    default:
        /* en quad to hair space */
        return point >= 0x2000 && point <= 0x200A ? " " : NULL;
    }
}

/* The bare letter of a Latin one with an accent; '_' stands for those that
 * GSM-7 has itself or that have no kin. */
static const char *sms_bare(int32_t point, char out[2])
{
    static const char latin1[] = "AAAA____E_EEIIIID_OOOO___UUU_Y__"
                                 "_aaa___c__ee_iiid__ooo____uu_y_y";
    static const char extended[] =
        "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIi__JjKkkLlLlLlLlLl"
        "NnNnNnnNnOoOoOo__RrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";
    char letter = '_';

    _Static_assert(sizeof(latin1) == 64 + 1, "U+00C0 to U+00FF");
    _Static_assert(sizeof(extended) == 128 + 1, "U+0100 to U+017F");
    if (point == 0x0152 || point == 0x0153)
        return point == 0x0152 ? "OE" : "oe";
    if (point == 0x00AA || point == 0x00BA) /* 1ª, 1º */
        letter = point == 0x00AA ? 'a' : 'o';
    else if (point >= 0x00C0 && point <= 0x00FF)
        letter = latin1[point - 0x00C0];
    else if (point >= 0x0100 && point <= 0x017F)
        letter = extended[point - 0x0100];
    else if (point >= 0x0218 && point <= 0x021B) /* Romanian */
        letter = "SsTt"[point - 0x0218];
    out[0] = letter;
    out[1] = '\0';
    return letter == '_' ? NULL : out;
}

/* A letter and a combining mark that GSM-7 has as one character; 0: none. */
static int32_t sms_compose(int32_t letter, int32_t mark)
{
    static const struct {
        uint16_t letter, mark, both;
    } pairs[] = {
        {'a', 0x300, 0xE0}, {'e', 0x300, 0xE8}, {'i', 0x300, 0xEC},
        {'o', 0x300, 0xF2}, {'u', 0x300, 0xF9}, {'e', 0x301, 0xE9},
        {'E', 0x301, 0xC9}, {'n', 0x303, 0xF1}, {'N', 0x303, 0xD1},
        {'a', 0x308, 0xE4}, {'A', 0x308, 0xC4}, {'o', 0x308, 0xF6},
        {'O', 0x308, 0xD6}, {'u', 0x308, 0xFC}, {'U', 0x308, 0xDC},
        {'a', 0x30A, 0xE5}, {'A', 0x30A, 0xC5}, {'C', 0x327, 0xC7},
    };

    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
        if (pairs[i].letter == letter && pairs[i].mark == mark)
            return pairs[i].both;
    return 0;
}

void sms_simplify(struct buf *out, const char *text, bool accents)
{
    const char *at = text;
    const char *end = text + strlen(text);

    while (at < end) {
        int32_t point = sms_next(&at, end);
        const char *peek = at;
        int32_t mark = peek < end ? sms_next(&peek, end) : 0;
        bool combining = mark >= 0x0300 && mark <= 0x036F;
        int32_t both = combining ? sms_compose(point, mark) : 0;
        const char *plain = sms_plain(point);
        char letter[2];

        if (both)
            point = both;
        if (both || (combining && accents))
            at = peek;
        if (!plain && accents)
            plain = sms_bare(point, letter);
        if (plain)
            buf_text(out, plain);
        else
            text_put(out, point);
    }
}
