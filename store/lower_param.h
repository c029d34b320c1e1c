/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_LOWER_PARAM_H
#define STORE_LOWER_PARAM_H

#include <stdbool.h>
#include <stdint.h>

#include "store/predicate.h"

struct statement;
struct view_time;

/* What a parameter of lowered SQL stands for. The first three never change;
 * the others are computed from the time that the view is asked for, here and
 * not by SQLite, because only we know calendars and zones. */
enum lower_param_kind {
    PARAM_TEXT,
    PARAM_INTEGER,
    PARAM_REAL,
    PARAM_NOW,          /* instant; moved by `distance` */
    PARAM_NOW_DATE,     /* the date of that */
    PARAM_TODAY,        /* date; moved by `distance` */
    PARAM_TODAY_START,  /* the instant at which that day (+ `days`) begins */
    PARAM_DATE_START,   /* the same for the date in `text` */
    PARAM_INSTANT_DATE, /* the date of the instant in `integer` */
    PARAM_SINCE_DATE,   /* "within": first date, last date, and instants */
    PARAM_UNTIL_DATE,
    PARAM_SINCE_INSTANT,
    PARAM_UNTIL_INSTANT,
    PARAM_LASTING_DATE, /* what was done after it lasts for `distance`, on
                           the day `ahead` of today */
    PARAM_SEASON_DATE,  /* the newest day "MM-DD" of `text`, seen from there */
    PARAM_ENTERED,      /* the entry; the beginning of time without one */
};
struct lower_param {
    enum lower_param_kind kind;
    int64_t integer;
    double real;
    const char *text;
    struct duration distance; /* its count carries the sign */
    struct duration ahead;
    int days;
    bool of_entry;
};

bool lower_param_is_fixed(const struct lower_param *param);
void lower_param_bind(const struct lower_param *param,
                      struct statement *statement, int at,
                      const struct view_time *time);

#endif
