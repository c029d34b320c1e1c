/* SPDX-License-Identifier: Apache-2.0 */
/* Times as messages have them. */
#include "feeds/hl7_time.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"

/* Digits at `at`; -1: there are none. */
static int digits(const char **at, int count)
{
    int value = 0;
    for (int i = 0; i < count; i++, (*at)++) {
        if (!isdigit((unsigned char)**at))
            return -1;
        value = value * 10 + (**at - '0');
    }
    return value;
}

int64_t hl7_time_span(const char *text)
{
    switch (strspn(text, "0123456789")) {
    case sizeof("20261201") - 1:
        return 24 * HOUR_MS;
    case sizeof("2026120109") - 1:
        return HOUR_MS;
    case sizeof("202612010930") - 1:
        return MINUTE_MS;
    }
    return SECOND_MS; /* fractions are not read */
}

bool hl7_time_read(const char *text, char out[CIVIL_TEXT_MAX], bool day)
{
    const char *at = text;
    int year = digits(&at, 4), month = digits(&at, 2), date = digits(&at, 2);
    struct civil_date on = {(int16_t)year, (int8_t)month, (int8_t)date};
    if (year < 1 || month < 1 || date < 1 || !civil_valid(on))
        return false;
    civil_date_text(on, out);
    int hour = isdigit((unsigned char)*at) ? digits(&at, 2) : -1;
    if (day || hour < 0)
        return day || *at == '\0' || *at == '+' || *at == '-';
    int minute = isdigit((unsigned char)*at) ? digits(&at, 2) : 0;
    int second = isdigit((unsigned char)*at) ? digits(&at, 2) : 0;
    if (*at == '.')
        at += 1 + strspn(at + 1, "0123456789");
    if (hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
        return false;
    size_t len = strlen(out);
    len += (size_t)snprintf(out + len, CIVIL_TEXT_MAX - len, "T%02d:%02d:%02d",
                            hour, minute, second);
    if (*at == '\0')
        return true;
    char sign = *at++;
    int hours = digits(&at, 2), minutes = hours < 0 ? -1 : digits(&at, 2);
    if ((sign != '+' && sign != '-') || *at || hours > 15 || minutes < 0 ||
        minutes > 59)
        return false;
    snprintf(out + len, CIVIL_TEXT_MAX - len, "%c%02d:%02d", sign, hours,
             minutes);
    return true;
}
