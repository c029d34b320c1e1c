/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as an iCalendar file: refused with a reason and a place inside it,
 * or days that rise and are days.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/ical.h"

#include "tests/fuzz/fuzz.h"

static void check_place(const uint8_t *data, size_t size,
                        struct ical_place place)
{
    int lines = 1;
    for (size_t i = 0; i < size; i++)
        lines += data[i] == '\n';
    if (place.line < 1 || place.line > lines || place.column < 1 ||
        (size_t)place.column > size + 1)
        PANIC("%d:%d is nowhere", place.line, place.column);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct civil_date *dates;
    size_t count;
    struct error err = {0};
    struct ical_place place;
    if (!ical_days((const char *)data, size, &dates, &count, &err, &place)) {
        if (err.text[0] == '\0')
            PANIC("refused without a reason");
        check_place(data, size, place);
        return 0;
    }
    if (count > ICAL_MAX_DAYS)
        PANIC("%zu days", count);
    for (size_t i = 0; i < count; i++)
        if (!civil_valid(dates[i]) ||
            (i > 0 && civil_compare(dates[i - 1], dates[i]) >= 0))
            PANIC("day %zu", i);
    free(dates);
    return 0;
}
