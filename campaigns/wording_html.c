/* SPDX-License-Identifier: Apache-2.0 */
/* The words of a mail's HTML: entities read, tags put behind. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/text.h"
#include "campaigns/wording.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define HTML_MAX (1u << 20)
#define ENTITY_MAX 12

/* "&oacute;" is read as the plain letter: marks are not compared. */
static bool put_marked(struct buf *out, const char *name, size_t len)
{
    static const char *const marks[] = {"acute", "grave", "circ", "tilde",
                                        "uml",   "cedil", "ring", "slash"};
    for (size_t i = 0; i < COUNT(marks); i++)
        if (len == strlen(marks[i]) + 1 &&
            strncmp(name + 1, marks[i], len - 1) == 0) {
            buf_char(out, name[0]);
            return true;
        }
    return false;
}

/* What stands at "&"; returns how much of it was read. */
static size_t put_entity(struct buf *out, const char *at)
{
    static const struct {
        const char *name, *text;
    } named[] = {{"amp", "&"}, {"apos", "'"}, {"rsquo", "'"}, {"lsquo", "'"},
                 {"shy", ""},  {"zwnj", ""},  {"zwj", ""},    {"szlig", "ss"}};
    const char *name = at + 1;
    size_t len = strcspn(name, "; <&");
    if (name[len] != ';' || len == 0 || len > ENTITY_MAX) {
        buf_char(out, '&');
        return 1;
    }
    if (name[0] == '#') {
        bool hex = name[1] == 'x' || name[1] == 'X';
        long code = strtol(name + 1 + hex, NULL, hex ? 16 : 10);
        if (code != 0xad)
            text_put(out, (int32_t)code);
        return len + 2;
    }
    for (size_t i = 0; i < COUNT(named); i++)
        if (strlen(named[i].name) == len &&
            strncasecmp(name, named[i].name, len) == 0) {
            buf_text(out, named[i].text);
            return len + 2;
        }
    if (!put_marked(out, name, len))
        buf_char(out, ' ');
    return len + 2;
}

/* Tags that part no word: "Lake<b>side</b>". */
static bool is_inline(const char *tag)
{
    static const char *const tags[] = {"b",    "i",    "u", "em",  "strong",
                                       "span", "font", "a", "wbr", "small"};
    tag += *tag == '/';
    size_t len = strcspn(tag, " />\t\r\n");
    for (size_t i = 0; i < COUNT(tags); i++)
        if (strlen(tags[i]) == len && strncasecmp(tag, tags[i], len) == 0)
            return true;
    return false;
}

static void put_part(struct buf *out, const char *html, bool tags)
{
    bool inside = false;
    for (const char *at = html; *at;) {
        if (*at == '<' || *at == '>') {
            inside = *at == '<';
            if (tags || (inside && !is_inline(at + 1)))
                buf_char(out, ' ');
            at++;
        } else if (inside != tags) {
            at++;
        } else if (*at == '&') {
            at += put_entity(out, at);
        } else {
            buf_char(out, *at++);
        }
    }
}

void wording_read_html(struct wording *out, const char *html)
{
    struct buf words;
    buf_init(&words, 2 * HTML_MAX);
    put_part(&words, html, false);
    buf_char(&words, ' ');
    put_part(&words, html, true);
    wording_read(out, words.data);
    buf_free(&words);
}
