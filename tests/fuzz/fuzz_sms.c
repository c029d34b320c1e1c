/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as the text of an SMS: its size obeys S-3 to S-6, and simplifying
 * leaves valid UTF-8 valid and never makes a message longer.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/text.h"

#include "channels/sms.h"

#include "tests/fuzz/fuzz.h"

static struct sms_size measure(const char *text)
{
    struct sms_size sms = sms_measure(text);
    size_t single = sms.encoding == SMS_GSM7 ? 160 : 70;
    expect((sms.parts == 0) == (text[0] == '\0'), "only nothing has no parts");
    expect((sms.units <= single) == (sms.parts <= 1),
           "one part holds 160 septets or 70 UTF-16 units");
    expect(sms.characters <= sms.units, "a character is at least one unit");
    expect((sms.first_foreign != 0) == (sms.encoding == SMS_UCS2),
           "UCS-2 has a reason");
    return sms;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    if (text == NULL)
        return 0;
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    bool sound = text_is_utf8(text, strlen(text));
    struct sms_size before = measure(text);
    struct buf out;
    buf_init(&out, 1u << 20);
    sms_simplify(&out, text, (size & 1) != 0);
    if (sound && !out.overflow) {
        expect(text_is_utf8(out.data, out.len), "UTF-8 stays UTF-8");
        struct sms_size after = measure(out.data);
        expect(before.encoding == SMS_UCS2 || after.encoding == SMS_GSM7,
               "what was GSM-7 stays GSM-7");
    }
    buf_free(&out);
    free(text);
    return 0;
}
