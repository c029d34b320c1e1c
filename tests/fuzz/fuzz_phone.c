/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any text as a telephone number and as an email address: refused with a
 * reason, or made normal, and what is normal stays as it is.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/phone.h"
#include "base/text.h"

#include "tests/fuzz/fuzz.h"

/* What a log may show: UTF-8 without control characters. */
static void expect_reason(const struct error *err)
{
    expect(err->text[0] != '\0', "a refusal has a reason");
    expect(text_is_utf8(err->text, strlen(err->text)), "a reason is UTF-8");
    for (const char *p = err->text; *p != '\0'; p++)
        expect((unsigned char)*p >= ' ' && *p != 0x7f, "a reason is printable");
}

static void try_phone(const char *text, const char *country)
{
    char number[PHONE_MAX], again[PHONE_MAX];
    char extension[PHONE_EXT_MAX], none[PHONE_EXT_MAX];
    struct error err = {0};
    if (!phone_normalise(text, country, number, extension, &err)) {
        expect_reason(&err);
        return;
    }
    expect(number[0] == '+', "E.164 begins with +");
    expect(strspn(number + 1, "0123456789") == strlen(number + 1),
           "E.164 is digits");
    expect(strlen(number) < PHONE_MAX, "at most 15 digits");
    expect(strspn(extension, "0123456789") == strlen(extension),
           "an extension is digits");
    expect(phone_normalise(number, country, again, none, &err),
           "a normal number is accepted");
    expect(strcmp(number, again) == 0, "a normal number stays");
    const char *zones[PHONE_ZONES_MAX];
    size_t count = phone_zones(number, zones);
    expect(count <= PHONE_ZONES_MAX, "zones fit");
    for (size_t i = 0; i < count; i++)
        expect(zones[i][0] != '\0', "a zone has a name");
    expect(phone_country_code(number)[0] != '\0', "a country has the number");
    expect(!phone_is_emergency(number), "an emergency line is refused");
}

static void try_email(const char *text)
{
    char address[255], again[255];
    struct error err = {0};
    if (!email_normalise(text, address, sizeof(address), &err)) {
        expect_reason(&err);
        return;
    }
    expect(strpbrk(address, " \t\r\n\"<>,;") == NULL,
           "an address cannot break out of a header");
    expect(email_normalise(address, again, sizeof(again), &err) &&
               strcmp(address, again) == 0,
           "a normal address stays");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    if (text == NULL)
        return 0;
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    try_phone(text, "US");
    try_phone(text, "GB");
    try_phone(text, NULL);
    try_email(text);
    phone_is_emergency(text);
    free(text);
    return 0;
}
