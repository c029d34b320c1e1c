/* SPDX-License-Identifier: Apache-2.0
 *
 * Text that needs no tables: UTF-8, comparing, trimming, the distance of two
 * names and masking for logs. What needs ICU's data (folding, dates, plurals)
 * is in text_icu.c. Nothing here changes with the locale of the process, and
 * nothing trusts its input to be UTF-8: malformed bytes are seen, never
 * skipped over into the bytes behind them.
 */
#include <string.h>

#include "base/text.h"

/* Names longer than this are not typing slips of each other. */
#define NAME_MAX 64

/* How many bytes follow this first byte; -1 when it cannot begin a code
 * point (a continuation, an overlong form, beyond U+10FFFF). */
static int tail_length(unsigned char first)
{
    if (first < 0x80)
        return 0;
    if (first >= 0xc2 && first <= 0xdf)
        return 1;
    if (first >= 0xe0 && first <= 0xef)
        return 2;
    if (first >= 0xf0 && first <= 0xf4)
        return 3;
    return -1;
}

int32_t text_next(const char **at, const char *end)
{
    static const int32_t least[] = {0, 0x80, 0x800, 0x10000};
    const char *p = *at;
    if (p >= end)
        return -1;
    unsigned char first = (unsigned char)*p;
    int tail = tail_length(first);
    *at = p + 1;
    if (tail == 0)
        return first;
    if (tail < 0 || end - p <= tail)
        return -1;
    int32_t c = first & (0x3f >> tail);
    for (int i = 1; i <= tail; i++) {
        if (((unsigned char)p[i] & 0xc0) != 0x80)
            return -1;
        c = c << 6 | ((unsigned char)p[i] & 0x3f);
    }
    if (c < least[tail] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
        return -1;
    *at = p + tail + 1;
    return c;
}

bool text_is_utf8(const char *text, size_t len)
{
    const char *end = text + len;
    while (text < end) {
        if (text_next(&text, end) < 0)
            return false;
    }
    return true;
}

void text_put(struct buf *out, int32_t code_point)
{
    uint32_t c = (uint32_t)code_point;
    unsigned char bytes[4];
    size_t n = 0;
    if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
        c = 0xfffd;
    if (c < 0x80) {
        bytes[n++] = (unsigned char)c;
    } else if (c < 0x800) {
        bytes[n++] = (unsigned char)(0xc0 | c >> 6);
    } else if (c < 0x10000) {
        bytes[n++] = (unsigned char)(0xe0 | c >> 12);
        bytes[n++] = (unsigned char)(0x80 | (c >> 6 & 0x3f));
    } else {
        bytes[n++] = (unsigned char)(0xf0 | c >> 18);
        bytes[n++] = (unsigned char)(0x80 | (c >> 12 & 0x3f));
        bytes[n++] = (unsigned char)(0x80 | (c >> 6 & 0x3f));
    }
    if (c >= 0x80)
        bytes[n++] = (unsigned char)(0x80 | (c & 0x3f));
    buf_add(out, bytes, n);
}

/* Control characters (C0, C1), what turns the direction of a text or joins
 * what is not shown, and bytes that are no UTF-8. A joiner of two letters or
 * of two pictures (U+200C, U+200D) is none. */
static bool governs(int32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x61c || c == 0x200b ||
           c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
           (c >= 0xfff9 && c <= 0xfffb);
}

void text_show(struct buf *out, const char *text, size_t len, bool lines)
{
    const char *end = text + len;
    while (text < end) {
        int32_t c = text_next(&text, end);
        if (c == '\r' && text < end && *text == '\n')
            continue;
        if (c == '\t' || c == 0x2028 || c == 0x2029 || (c == '\n' && !lines))
            c = ' ';
        text_put(out, c != '\n' && governs(c) ? 0xfffd : c);
    }
}

static unsigned char lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

bool text_equal(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return strcmp(a, b) == 0;
}

bool text_equal_nocase(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    while (*a != '\0' && lower(*a) == lower(*b)) {
        a++;
        b++;
    }
    return lower(*a) == lower(*b);
}

bool text_starts(const char *text, const char *prefix)
{
    return text != NULL && strncmp(text, prefix, strlen(prefix)) == 0;
}

/* White space as Unicode has it, with the byte-order mark and the zero-width
 * space, which exports leave at the ends of cells. */
static bool is_space(int32_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r') || c == 0x85 || c == 0xa0 ||
           c == 0x1680 || (c >= 0x2000 && c <= 0x200b) || c == 0x2028 ||
           c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000 ||
           c == 0xfeff;
}

/* The first byte that is not white space, and one past the last. */
static void find_ends(const char *text, const char **first, const char **last)
{
    const char *end = text + strlen(text);
    const char *at = text;
    *first = end;
    *last = end;
    bool seen = false;
    while (at < end) {
        const char *start = at;
        if (is_space(text_next(&at, end)))
            continue;
        if (!seen)
            *first = start;
        seen = true;
        *last = at;
    }
}

bool text_ends(const char *text, const char *end)
{
    const char *first, *last, *end_first, *end_last;
    find_ends(text, &first, &last);
    find_ends(end, &end_first, &end_last);
    size_t len = (size_t)(last - first);
    size_t tail = (size_t)(end_last - end_first);
    return tail <= len && memcmp(last - tail, end_first, tail) == 0;
}

bool text_blank(const char *text)
{
    if (text == NULL)
        return true;
    const char *end = text + strlen(text);
    while (text < end) {
        if (!is_space(text_next(&text, end)))
            return false;
    }
    return true;
}

void text_trim(char *text)
{
    const char *first;
    const char *last;
    find_ends(text, &first, &last);
    size_t len = (size_t)(last - first);
    memmove(text, first, len);
    text[len] = '\0';
}

size_t text_length(const char *text)
{
    size_t count = 0;
    for (; *text != '\0'; text++)
        count += ((unsigned char)*text & 0xc0) != 0x80;
    return count;
}

void text_copy(char *out, size_t size, const char *text)
{
    if (size == 0)
        return;
    size_t len = text != NULL ? strlen(text) : 0;
    if (len >= size) {
        len = size - 1;
        while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
            len--;
    }
    if (len > 0)
        memmove(out, text, len);
    out[len] = '\0';
}

void text_copy_list(char *out, size_t size, const char *text)
{
    static const char more[] = "...";
    text_copy(out, size, text);
    if (!text || strlen(text) < size || size <= sizeof(more))
        return;
    text_copy(out, size - strlen(more), text);
    size_t end = 0;
    for (char *at = out; (at = strstr(at, "; ")); at += 2)
        end = (size_t)(at - out) + 2;
    size_t len = end > 0 ? end : strlen(out);
    text_copy(out + len, size - len, more);
}

/* A name as code points, ASCII letters small when asked; returns its true
 * length, of which at most NAME_MAX are written. */
static int name_points(const char *name, bool nocase, int32_t out[NAME_MAX])
{
    const char *end = name + strlen(name);
    int n = 0;
    while (name < end) {
        int32_t c = text_next(&name, end);
        if (nocase && c >= 'A' && c <= 'Z')
            c += 'a' - 'A';
        if (n < NAME_MAX)
            out[n] = c;
        n++;
    }
    return n;
}

static int min2(int a, int b)
{
    return a < b ? a : b;
}

/* Optimal string alignment: Levenshtein's distance with the swap of two
 * neighbours as one step, nothing edited twice. Three rows are kept. */
static int distance(const char *one, const char *two, bool nocase)
{
    int32_t a[NAME_MAX];
    int32_t b[NAME_MAX];
    int rows[3][NAME_MAX + 1];
    int na = name_points(one, nocase, a);
    int nb = name_points(two, nocase, b);
    if (na > NAME_MAX || nb > NAME_MAX)
        return strcmp(one, two) == 0 ? 0 : na > nb ? na : nb;
    for (int j = 0; j <= nb; j++)
        rows[0][j] = j;
    for (int i = 1; i <= na; i++) {
        int *row = rows[i % 3];
        const int *up = rows[(i + 2) % 3];
        const int *up2 = rows[(i + 1) % 3];
        row[0] = i;
        for (int j = 1; j <= nb; j++) {
            int cost = a[i - 1] != b[j - 1];
            row[j] = min2(min2(up[j] + 1, row[j - 1] + 1), up[j - 1] + cost);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = min2(row[j], up2[j - 2] + 1);
        }
    }
    return rows[na % 3][nb];
}

int text_distance(const char *a, const char *b)
{
    return distance(a, b, false);
}

const char *text_nearest(const char *name, const char *const *names,
                         size_t count)
{
    const char *best = NULL;
    int32_t points[NAME_MAX];
    int len = name_points(name, false, points);
    int limit = len / 3 > 1 ? len / 3 : 1;
    if (len == 0 || len > NAME_MAX)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        int d = distance(name, names[i], true);
        if (d > limit)
            continue;
        best = names[i];
        limit = d - 1;
    }
    return best;
}

static const char mask_dots[] = "\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2";

/* Digits of a text written as a telephone number; 0 when it is none. */
static int phone_digits(const char *value)
{
    int digits = 0;
    for (; *value != '\0'; value++) {
        if (*value >= '0' && *value <= '9')
            digits++;
        else if (strchr("+-.()/ ", *value) == NULL)
            return 0;
    }
    return digits >= 8 ? digits : 0;
}

/* The last four digits stay and the first five characters, fewer where that
 * would leave less than three digits hidden. */
static void mask_phone(struct buf *out, const char *value, int digits)
{
    const char *last = value + strlen(value);
    const char *from = value;
    for (int kept = 0; kept < 4; kept += *last >= '0' && *last <= '9')
        last--;
    for (int shown = 0; from < last && from - value < 5; from++) {
        shown += *from >= '0' && *from <= '9';
        if (digits - shown - 4 < 3)
            break;
    }
    buf_add(out, value, (size_t)(from - value));
    buf_text(out, mask_dots);
    buf_text(out, last);
}

/* Whether a log may show this character: it neither steers a terminal nor
 * turns the direction of the line. */
static bool is_shown(int32_t c)
{
    return (c > ' ' && c < 0x7f) ||
           (c > 0xa0 && (c < 0x2000 || c > 0x206f) && c < 0xe000);
}

/* The part behind the last '@' when it could be a domain, else "". */
static const char *mail_domain(const char *value)
{
    const char *at = strrchr(value, '@');
    if (at == NULL)
        return "";
    size_t len = 0;
    for (const char *p = at + 1; *p != '\0'; p++, len++) {
        bool good = (lower(*p) >= 'a' && lower(*p) <= 'z') ||
                    (*p >= '0' && *p <= '9') || *p == '.' || *p == '-';
        if (!good)
            return "";
    }
    return len > 0 && len < 254 ? at : "";
}

void text_mask(struct buf *out, const char *value)
{
    if (value == NULL || *value == '\0')
        return;
    int digits = phone_digits(value);
    if (digits > 0) {
        mask_phone(out, value, digits);
        return;
    }
    const char *at = value;
    int32_t first = text_next(&at, value + strlen(value));
    if (is_shown(first) && first != '@')
        text_put(out, first);
    buf_text(out, mask_dots);
    buf_text(out, mail_domain(value));
}
