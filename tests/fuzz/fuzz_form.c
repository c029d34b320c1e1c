/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as what a provider posts to us: refused, or pairs of UTF-8 in
 * order; and never signed by a signature that somebody made up.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "channels/form.h"
#include "channels/twilio_sign.h"

#include "tests/fuzz/fuzz.h"

static void check_pair(const struct form *form, size_t i)
{
    const struct form_pair *pair = &form->pairs[i];
    const char *got = form_get(form, pair->name);
    if (!text_is_utf8(pair->name, strlen(pair->name)) ||
        !text_is_utf8(pair->value, strlen(pair->value)))
        PANIC("pair %zu is no UTF-8", i);
    if (i > 0 && strcmp(form->pairs[i - 1].name, pair->name) > 0)
        PANIC("pair %zu stands before its turn", i);
    if (got && strcmp(got, pair->value) != 0)
        PANIC("pair %zu is another one's value", i);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char url[] = "https://example.org/hooks/sms/reply?a=b";
    static const char made_up[] = "AAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    struct form form;
    if (!form_read((const char *)data, size, &form))
        return 0;
    if (form.count > FORM_PAIRS)
        PANIC("%zu pairs", form.count);
    for (size_t i = 0; i < form.count; i++)
        check_pair(&form, i);
    if (twilio_signed("token", url, &form, NULL, 0, made_up))
        PANIC("signed by nobody");
    form_free(&form);
    return 0;
}
