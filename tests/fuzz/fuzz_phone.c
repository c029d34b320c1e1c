/* SPDX-License-Identifier: Apache-2.0 */
/*
<<<<<<< HEAD
 * Any text as a telephone number and as an email address: refused with a
 * reason, or made normal, and what is normal stays as it is.
=======
 * Any bytes as a telephone number and as an email address: refused with a
 * reason that a log may show, or of the one form that the store keeps, which
 * then stays as it is.
>>>>>>> bf3d6f8 (base: vanity letters only in toll-free numbers; masks show no control characters; fuzz targets for phone and text)
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
<<<<<<< HEAD
#include "base/phone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool holds, const char *what)
{
    if (!holds)
        PANIC("%s", what);
}

static void try_phone(const char *text, const char *country)
{
    char number[PHONE_MAX], again[PHONE_MAX];
    char extension[PHONE_EXT_MAX], none[PHONE_EXT_MAX];
    struct error err = {0};
    if (!phone_normalise(text, country, number, extension, &err)) {
        expect(err.text[0] != '\0', "a refused number has a reason");
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
    phone_country_code(number);
    phone_is_emergency(number);
}

static void try_email(const char *text)
{
    char address[255], again[255];
    struct error err = {0};
    if (!email_normalise(text, address, sizeof(address), &err)) {
        expect(err.text[0] != '\0', "a refused address has a reason");
        return;
    }
    expect(strpbrk(address, " \t\r\n\"<>,;") == NULL,
           "an address cannot break out of a header");
    expect(email_normalise(address, again, sizeof(again), &err) &&
               strcmp(address, again) == 0,
           "a normal address stays");
=======
#include "base/memory.h"
#include "base/phone.h"
#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look_at_reason(const struct error *err)
{
    if (err->kind != ERROR_INPUT || err->text[0] == '\0')
        PANIC("refused without a reason");
    if (!text_is_utf8(err->text, strlen(err->text)))
        PANIC("a reason that is not UTF-8");
    for (const char *p = err->text; *p != '\0'; p++) {
        if ((unsigned char)*p < ' ' || *p == 0x7f)
            PANIC("a control character in a reason");
    }
}

static void look_at_phone(const char *text, const char *country)
{
    char out[PHONE_MAX];
    char again[PHONE_MAX];
    char extension[PHONE_EXT_MAX];
    const char *zones[PHONE_ZONES_MAX];
    struct error err = {0};
    if (!phone_normalise(text, country, out, extension, &err)) {
        look_at_reason(&err);
        return;
    }
    size_t digits = strspn(out + 1, "0123456789");
    if (out[0] != '+' || out[digits + 1] != '\0' || digits < 5 || digits > 15)
        PANIC("not E.164: %s", out);
    if (strspn(extension, "0123456789") != strlen(extension))
        PANIC("an extension of more than digits");
    if (phone_is_emergency(out) || phone_country_code(out)[0] == '\0')
        PANIC("accepted %s", out);
    if (phone_zones(out, zones) > PHONE_ZONES_MAX)
        PANIC("too many zones");
    if (!phone_normalise(out, "", again, NULL, &err) || strcmp(out, again) != 0)
        PANIC("%s does not stay as it is", out);
}

static void look_at_email(const char *text)
{
    char out[255];
    char again[255];
    struct error err = {0};
    if (!email_normalise(text, out, sizeof out, &err)) {
        look_at_reason(&err);
        return;
    }
    if (strchr(out, '@') == NULL || strpbrk(out, " \r\n<>,;\"") != NULL)
        PANIC("accepted %s", out);
    if (!email_normalise(out, again, sizeof again, &err) ||
        strcmp(out, again) != 0)
        PANIC("%s does not stay as it is", out);
>>>>>>> bf3d6f8 (base: vanity letters only in toll-free numbers; masks show no control characters; fuzz targets for phone and text)
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
<<<<<<< HEAD
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
=======
    static const char *const countries[] = {"US", "GB", "AU", "DE",
                                            "MX", "IT", "IN", ""};
    if (size == 0)
        return 0;
    char *text = memory_text_n((const char *)data + 1, size - 1);
    look_at_phone(text, countries[data[0] & 7]);
    look_at_email(text);
>>>>>>> bf3d6f8 (base: vanity letters only in toll-free numbers; masks show no control characters; fuzz targets for phone and text)
    free(text);
    return 0;
}
