/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any text as a date, a time of day or an instant: refused, or a value that
 * exists in the calendar, is written back and read again as the same.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "base/error.h"

#include "tests/fuzz/fuzz.h"

static void try_date(const char *text)
{
    struct civil_date date, again;
    char out[CIVIL_TEXT_MAX];
    if (!civil_parse_date(text, &date))
        return;
    expect(civil_valid(date), "a date that was read exists");
    expect(civil_parse_date(civil_date_text(date, out), &again) &&
               civil_compare(date, again) == 0,
           "a date survives writing");
    again = civil_from_days(civil_days(date));
    expect(civil_compare(date, again) == 0, "a date survives its number");
    expect(civil_weekday(date) >= 1 && civil_weekday(date) <= 7,
           "a date has a weekday");
    expect(civil_valid(civil_add_months(date, 1)), "the next month exists");
}

static void try_moment(const char *text)
{
    struct civil civil, again;
    bool has_offset = false;
    int offset = 0;
    char out[CIVIL_TEXT_MAX];
    if (!civil_parse(text, &civil, &has_offset, &offset))
        return;
    expect(civil_valid(civil.date), "a moment's date exists");
    expect(civil.hour >= 0 && civil.hour < 24 && civil.minute >= 0 &&
               civil.minute < 60 && civil.second >= 0 && civil.second < 60,
           "a moment's time exists");
    expect(abs(offset) < 86400, "an offset is less than a day");
    expect(civil_parse(civil_text(civil, out), &again, &has_offset, &offset) &&
               civil_seconds(again) == civil_seconds(civil),
           "a moment survives writing");
}

static void try_instant(const char *text)
{
    instant at, again;
    char out[CIVIL_TEXT_MAX];
    if (!civil_parse_instant(text, &at))
        return;
    expect(at != INSTANT_NEVER, "a time that was read is some time");
    if (civil_from_seconds(at / 1000).date.year < 2 ||
        civil_from_seconds(at / 1000).date.year > 9998)
        return;
    expect(civil_parse_instant(civil_utc_text(at, out), &again) && at == again,
           "an instant survives writing");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    if (text == NULL)
        return 0;
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    int seconds;
    try_date(text);
    try_moment(text);
    try_instant(text);
    if (civil_parse_time(text, &seconds))
        expect(seconds >= 0 && seconds <= 86400, "a time lies in the day");
    free(text);
    return 0;
}
