/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RFC 8259 to the letter, as one pass over the text: cJSON takes 01, 1., raw
 * control characters, broken escapes, \u0000 and invalid UTF-8 (libraries.md
 * 3) and gives values no place. This pass refuses all of that and notes where
 * each value and key starts, in the order of the text, which is also the
 * order of cJSON's tree. Builds no values. Time and memory are linear in the
 * text, recursion stops at JSON_MAX_DEPTH.
 */
#include "base/json_scan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/memory.h"

/* cJSON copies a number into 64 bytes and reads the rest as another token. */
#define NUMBER_MAX 63
#define WORD_MAX 20 /* of a wrong word shown in an error */

struct scanner {
    char *text;
    size_t len;
    size_t at;
    unsigned flags;
    unsigned depth;
    size_t room; /* of scan->marks */
    struct json_scan *scan;
    struct error *err;
};

size_t json_sequence_length(const unsigned char *at)
{
    if (at[0] < 0x80)
        return 1;
    if (at[0] < 0xC2 || at[0] > 0xF4 || (at[1] & 0xC0) != 0x80)
        return 0;
    if (at[0] < 0xE0)
        return 2;
    if ((at[2] & 0xC0) != 0x80)
        return 0;
    if (at[0] < 0xF0) {
        bool overlong = at[0] == 0xE0 && at[1] < 0xA0;
        bool surrogate = at[0] == 0xED && at[1] >= 0xA0;
        return overlong || surrogate ? 0 : 3;
    }
    bool overlong = at[0] == 0xF0 && at[1] < 0x90;
    bool beyond = at[0] == 0xF4 && at[1] >= 0x90;
    return overlong || beyond || (at[3] & 0xC0) != 0x80 ? 0 : 4;
}

static bool fail(struct scanner *s, size_t at, const char *what)
{
    s->scan->fault = at;
    return error_set(s->err, ERROR_INPUT, "%s", what);
}

static bool is_word(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_';
}

/* What stands at the current place, for "expected ..., got ...". */
static const char *found_here(const struct scanner *s, char *out, size_t size)
{
    if (s->at >= s->len)
        return "the end of the text";
    unsigned char c = (unsigned char)s->text[s->at];
    if (c == '\n')
        return "the end of the line";
    size_t len = json_sequence_length((const unsigned char *)s->text + s->at);
    if (is_word(c)) /* the whole word, which is what the eye looks for */
        while (len < WORD_MAX && s->at + len < s->len &&
               is_word((unsigned char)s->text[s->at + len]))
            len++;
    if (c < 0x20 || c == 0x7F || len == 0)
        snprintf(out, size, "the byte 0x%02x", c);
    else
        snprintf(out, size, "'%.*s'", (int)len, s->text + s->at);
    return out;
}

static bool expected(struct scanner *s, const char *what)
{
    char found[32];
    s->scan->fault = s->at;
    return error_set(s->err, ERROR_INPUT, "expected %s, got %s", what,
                     found_here(s, found, sizeof(found)));
}

static char here(const struct scanner *s)
{
    return s->at < s->len ? s->text[s->at] : '\0';
}

/* At a '/': blanks the comment out, newlines kept, so that lines still
 * count. */
static bool skip_comment(struct scanner *s)
{
    size_t start = s->at;
    char kind = start + 1 < s->len ? s->text[start + 1] : '\0';
    if (kind != '/' && kind != '*')
        return expected(s, "a value or a comment");
    if ((s->flags & JSON_COMMENTS) == 0)
        return fail(s, start, "comments are not allowed here");
    size_t end = start + 2;
    if (kind == '/') {
        const char *stop = memchr(s->text + end, '\n', s->len - end);
        end = stop == NULL ? s->len : (size_t)(stop - s->text);
    } else {
        const char *stop = memmem(s->text + end, s->len - end, "*/", 2);
        if (stop == NULL)
            return fail(s, start, "this comment is never closed: expected */");
        end = (size_t)(stop - s->text) + 2;
    }
    for (size_t i = start; i < end; i++) {
        size_t len = json_sequence_length((const unsigned char *)s->text + i);
        if (len == 0)
            return fail(s, i, "this comment is not valid UTF-8");
        if (s->text[i] == '\n')
            continue;
        memset(s->text + i, ' ', len);
        i += len - 1;
    }
    s->at = end;
    return true;
}

static bool skip_blanks(struct scanner *s)
{
    for (;;) {
        char c = here(s);
        if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
            s->at++;
        } else if (c == '/') {
            if (!skip_comment(s))
                return false;
        } else {
            return true;
        }
    }
}

/* Four hexadecimal digits at `at`, or -1. */
static int hex_at(const struct scanner *s, size_t at)
{
    if (s->len - at < 4)
        return -1;
    int value = 0;
    for (size_t i = at; i < at + 4; i++) {
        char c = s->text[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0)
            return -1;
        value = value * 16 + digit;
    }
    return value;
}

/* Writes over what cannot stand in a text, and goes on behind it, where that
 * is allowed. */
static bool mend(struct scanner *s, size_t at, const char *with, size_t len)
{
    if ((s->flags & JSON_MEND) == 0)
        return false;
    memcpy(s->text + at, with, len);
    s->at = at + len;
    return true;
}

/* At a backslash inside a text. */
static bool scan_escape(struct scanner *s)
{
    size_t start = s->at;
    char kind = start + 1 < s->len ? s->text[start + 1] : '\0';
    if (kind != '\0' && strchr("\"\\/bfnrt", kind) != NULL) {
        s->at += 2;
        return true;
    }
    if (kind != 'u')
        return fail(s, start,
                    "unknown escape: expected one of \\\" \\\\ \\/ \\b \\f "
                    "\\n \\r \\t \\uXXXX");
    int unit = hex_at(s, start + 2);
    if (unit < 0)
        return fail(s, start, "expected four hexadecimal digits after \\u");
    if (unit == 0)
        return mend(s, start, "\\uFFFD", 6) ||
               fail(s, start, "\\u0000 is not allowed in a text");
    s->at += 6;
    if (unit < 0xD800 || unit > 0xDFFF)
        return true;
    bool pair = s->len - s->at >= 6 && s->text[s->at] == '\\' &&
                s->text[s->at + 1] == 'u';
    int low = pair ? hex_at(s, s->at + 2) : -1;
    if (unit >= 0xDC00 || low < 0xDC00 || low > 0xDFFF)
        return mend(s, start, "\\uFFFD", 6) ||
               fail(s, start,
                    "half a surrogate pair: expected \\uD800-DBFF "
                    "followed by \\uDC00-DFFF");
    s->at += 6;
    return true;
}

/* Inside of a text: a character of one byte that means itself. */
static bool is_plain(unsigned char c)
{
    return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

/* At the first quote. */
static bool scan_text(struct scanner *s)
{
    size_t start = s->at++;
    for (;;) {
        size_t at = s->at;
        while (at < s->len && is_plain((unsigned char)s->text[at]))
            at++;
        s->at = at;
        if (s->at >= s->len)
            return fail(s, start, "this text is never closed: expected '\"'");
        unsigned char c = (unsigned char)s->text[s->at];
        if (c == '"') {
            s->at++;
            return true;
        }
        if (c == '\\') {
            if (!scan_escape(s))
                return false;
            continue;
        }
        if (c < 0x20 && mend(s, s->at, " ", 1))
            continue;
        if (c == '\n' || c == '\r')
            return fail(s, start,
                        "this text is not closed on its line: expected '\"' "
                        "(a line break inside is written \\n)");
        if (c < 0x20)
            return fail(s, s->at,
                        "control character in a text: write it as an escape "
                        "(a tab is \\t)");
        size_t len =
            json_sequence_length((const unsigned char *)s->text + s->at);
        if (len == 0 && mend(s, s->at, " ", 1))
            continue;
        if (len == 0)
            return fail(s, s->at, "not valid UTF-8: save the file as UTF-8");
        s->at += len;
    }
}

static size_t skip_digits(struct scanner *s)
{
    size_t start = s->at;
    while (here(s) >= '0' && here(s) <= '9')
        s->at++;
    return s->at - start;
}

static bool scan_number(struct scanner *s)
{
    size_t start = s->at;
    if (here(s) == '-')
        s->at++;
    bool zero = here(s) == '0';
    size_t digits = skip_digits(s);
    if (digits == 0)
        return expected(s, "a digit after '-'");
    if (zero && digits > 1)
        return fail(s, start,
                    "a number does not start with 0: expected "
                    "digits without leading zeros, or a text");
    if (here(s) == '.') {
        s->at++;
        if (skip_digits(s) == 0)
            return expected(s, "a digit after '.'");
    }
    if (here(s) == 'e' || here(s) == 'E') {
        s->at++;
        if (here(s) == '+' || here(s) == '-')
            s->at++;
        if (skip_digits(s) == 0)
            return expected(s, "a digit in the exponent");
    }
    if (s->at - start > NUMBER_MAX)
        return fail(s, start,
                    "this number is too long: at most 63 "
                    "characters; write long codes as text");
    return true;
}

static bool scan_word(struct scanner *s)
{
    static const char *const words[] = {"true", "false", "null"};
    size_t len = 0;
    while (s->at + len < s->len && s->text[s->at + len] >= 'a' &&
           s->text[s->at + len] <= 'z')
        len++;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strlen(words[i]) == len &&
            memcmp(words[i], s->text + s->at, len) == 0) {
            s->at += len;
            return true;
        }
    }
    return expected(s, "a value (text in double quotes, a number, true, "
                       "false, null, '[' or '{')");
}

static bool scan_value(struct scanner *s, uint32_t key);

static bool scan_member(struct scanner *s)
{
    if (here(s) != '"')
        return expected(s, "a key in double quotes");
    uint32_t key = (uint32_t)s->at;
    if (!scan_text(s) || !skip_blanks(s))
        return false;
    if (here(s) != ':')
        return expected(s, "':' after the key");
    s->at++;
    return skip_blanks(s) && scan_value(s, key);
}

/* At '[' or '{'. */
static bool scan_container(struct scanner *s)
{
    bool object = here(s) == '{';
    char close = object ? '}' : ']';
    if (++s->depth > JSON_MAX_DEPTH)
        return fail(s, s->at, "nested too deeply: at most 64 levels");
    s->at++;
    if (!skip_blanks(s))
        return false;
    if (here(s) == close) {
        s->at++;
        s->depth--;
        return true;
    }
    for (;;) {
        if (!(object ? scan_member(s) : scan_value(s, JSON_NO_KEY)) ||
            !skip_blanks(s))
            return false;
        if (here(s) == close)
            break;
        if (here(s) != ',')
            return expected(s, object ? "',' or '}' after the value"
                                      : "',' or ']' after the value");
        size_t comma = s->at++;
        if (!skip_blanks(s))
            return false;
        if (here(s) == close)
            return fail(s, comma,
                        object ? "no ',' before '}'" : "no ',' before ']'");
    }
    s->at++;
    s->depth--;
    return true;
}

static bool scan_value(struct scanner *s, uint32_t key)
{
    struct json_scan *scan = s->scan;
    if (scan->count == s->room) {
        s->room = s->room == 0 ? 64 : s->room * 2;
        scan->marks = memory_grow(scan->marks, s->room, sizeof(scan->marks[0]));
    }
    scan->marks[scan->count++] =
        (struct json_mark){.value = (uint32_t)s->at, .key = key};
    char c = here(s);
    if (c == '"')
        return scan_text(s);
    if (c == '{' || c == '[')
        return scan_container(s);
    if (c == '-' || (c >= '0' && c <= '9'))
        return scan_number(s);
    if (c == '\'')
        return fail(s, s->at, "expected text in double quotes, got '");
    return scan_word(s);
}

bool json_scan_text(char *text, size_t len, unsigned flags,
                    struct json_scan *scan, struct error *err)
{
    *scan = (struct json_scan){.marks = NULL};
    struct scanner s = {
        .text = text, .len = len, .flags = flags, .scan = scan, .err = err};
    if (!skip_blanks(&s) || !scan_value(&s, JSON_NO_KEY) || !skip_blanks(&s))
        return false;
    return s.at == len || expected(&s, "nothing after the value");
}
