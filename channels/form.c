/* SPDX-License-Identifier: Apache-2.0 */
/* Forms, inwards. Decodes in one copy of its own and sorts; decides nothing. */
#include "channels/form.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

static int hex_of(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    return -1;
}

/* In place; false where an escape is none, or says NUL. */
static bool decode(char *text)
{
    char *out = text;
    for (; *text; text++) {
        int high, low;
        if (*text == '+')
            *out++ = ' ';
        else if (*text != '%')
            *out++ = *text;
        else if ((high = hex_of(text[1])) < 0 || (low = hex_of(text[2])) < 0 ||
                 (high == 0 && low == 0))
            return false;
        else {
            *out++ = (char)(high * 16 + low);
            text += 2;
        }
    }
    *out = '\0';
    return true;
}

static bool is_utf8(const char *text)
{
    return text_is_utf8(text, strlen(text));
}

static bool pair_read(struct form *out, char *pair)
{
    char *value = strchr(pair, '=');
    if (out->count == FORM_PAIRS)
        return false;
    if (value)
        *value++ = '\0';
    else
        value = pair + strlen(pair);
    if (!decode(pair) || !decode(value) || !is_utf8(pair) || !is_utf8(value))
        return false;
    out->pairs[out->count++] = (struct form_pair){pair, value};
    return true;
}

static int pair_compare(const void *left, const void *right)
{
    const struct form_pair *a = left, *b = right;
    int names = strcmp(a->name, b->name);
    return names ? names : strcmp(a->value, b->value);
}

bool form_read(const char *text, size_t len, struct form *out)
{
    out->count = 0;
    out->text = NULL;
    if (memchr(text, '\0', len))
        return false;
    out->text = memory_text_n(text, len);
    bool ok = true;
    for (char *at = out->text; ok && at;) {
        char *next = strchr(at, '&');
        if (next)
            *next++ = '\0';
        ok = *at == '\0' || pair_read(out, at);
        at = next;
    }
    if (!ok)
        form_free(out);
    else if (out->count > 0)
        qsort(out->pairs, out->count, sizeof(out->pairs[0]), pair_compare);
    return ok;
}

const char *form_get(const struct form *form, const char *name)
{
    const char *found = NULL;
    for (size_t i = 0; i < form->count; i++) {
        if (strcmp(form->pairs[i].name, name) != 0)
            continue;
        if (found && strcmp(found, form->pairs[i].value) != 0)
            return NULL;
        found = form->pairs[i].value;
    }
    return found;
}

void form_free(struct form *form)
{
    free(form->text);
    form->text = NULL;
    form->count = 0;
}
