/* SPDX-License-Identifier: Apache-2.0
 *
 * The check of email addresses of base/phone.h: plain addresses that every
 * mail server takes, nothing clever. Quoted local parts, comments and
 * addresses beyond ASCII are refused with a reason, because half of the
 * servers on the way refuse them too, silently and later.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/phone.h"
#include "base/text.h"

#define ADDRESS_MAX 254
#define LOCAL_MAX 64
#define LABEL_MAX 63

static bool __attribute__((format(printf, 3, 4)))
refuse(struct error *err, const char *value, const char *format, ...)
{
    char reason[240];
    struct buf mask;
    va_list args;
    va_start(args, format);
    vsnprintf(reason, sizeof reason, format, args);
    va_end(args);
    buf_init(&mask, 300);
    /* The domain of a broken address may be anything: it is not shown. */
    char first[] = {value[0], '\0'};
    text_mask(&mask, (unsigned char)value[0] < 0x80 ? first : "-");
    error_set(err, ERROR_INPUT, "email address \"%s\" %s", mask.data, reason);
    buf_free(&mask);
    return false;
}

static bool is_alnum(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9');
}

/* What is wrong with the bytes as such, or NULL. */
static const char *bad_byte(const char *text)
{
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (c >= 0x80)
            return "has characters beyond ASCII, which many mail servers "
                   "refuse; use the address's ASCII form";
        if (c < ' ' || c == 0x7f)
            return "holds a control character; take it out";
        if (c == ' ')
            return "has a blank inside; write one address a field";
        if (strchr("\"(),:;<>[\\]", c) != NULL)
            return "holds a quote, bracket or separator; write the bare "
                   "address, one a field, without the name";
    }
    return NULL;
}

static const char *bad_local(const char *local, size_t len)
{
    if (len == 0)
        return "has nothing before the '@'";
    if (len > LOCAL_MAX)
        return "has more than 64 bytes before the '@'";
    if (local[0] == '.' || local[len - 1] == '.')
        return "has a dot at an end of what stands before the '@'";
    for (size_t i = 0; i + 1 < len; i++) {
        if (local[i] == '.' && local[i + 1] == '.')
            return "has two dots in a row";
    }
    return NULL;
}

static const char *bad_label(const char *label, size_t len)
{
    if (len == 0)
        return "has an empty part in its domain (a dot too many)";
    if (len > LABEL_MAX)
        return "has a part of its domain longer than 63 bytes";
    if (label[0] == '-' || label[len - 1] == '-')
        return "has a '-' at an end of a part of its domain";
    for (size_t i = 0; i < len; i++) {
        if (!is_alnum(label[i]) && label[i] != '-')
            return "has a character in its domain that no domain has";
    }
    return NULL;
}

static const char *bad_domain(const char *domain)
{
    if (strchr(domain, '.') == NULL)
        return "has no dot in its domain; write the whole domain, such as "
               "example.org";
    const char *label = domain;
    for (;;) {
        size_t len = strcspn(label, ".");
        const char *bad = bad_label(label, len);
        if (bad != NULL)
            return bad;
        if (label[len] == '\0')
            break;
        label += len + 1;
    }
    if (strlen(label) < 2 || strspn(label, "0123456789") == strlen(label))
        return "does not end in a top-level domain such as .org";
    return NULL;
}

bool email_normalise(const char *text, char *out, size_t size,
                     struct error *err)
{
    char address[ADDRESS_MAX + 8];
    if (text_blank(text))
        return error_set(err, ERROR_INPUT,
                         "email address is empty; leave the contact point out "
                         "when there is none");
    if (strlen(text) >= sizeof address)
        return refuse(err, text, "is longer than %d bytes", ADDRESS_MAX);
    text_copy(address, sizeof address, text);
    text_trim(address);
    if (strlen(address) > ADDRESS_MAX)
        return refuse(err, address, "is longer than %d bytes", ADDRESS_MAX);
    const char *bad = bad_byte(address);
    if (bad != NULL)
        return refuse(err, address, "%s", bad);
    char *at = strchr(address, '@');
    if (at == NULL)
        return refuse(err, address, "has no '@'");
    if (strchr(at + 1, '@') != NULL)
        return refuse(err, address,
                      "has more than one '@'; write one address "
                      "a field");
    bad = bad_local(address, (size_t)(at - address));
    if (bad == NULL)
        bad = bad_domain(at + 1);
    if (bad != NULL)
        return refuse(err, address, "%s", bad);
    for (char *p = at; *p != '\0'; p++) {
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p + ('a' - 'A'));
    }
    if (strlen(address) >= size)
        return refuse(err, address, "does not fit into %zu bytes", size);
    text_copy(out, size, address);
    return true;
}
