/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_MEASURE_H
#define STORE_MEASURE_H

#include <stddef.h>
#include <stdint.h>

struct predicate;

/* A clinical interval as dated data: who is due for what, satisfied by what,
 * for how long. Read from measures/<name>.json by campaigns/measure_file.
 * Its conditions are those of the anchor ANCHOR_RESULT: about one test, and
 * about the patient who had it. */

/* Until the season's next beginning, instead of a number of months. */
#define MEASURE_SEASON 0

/* Rows of one kind stand together; the first whose condition holds says for
 * how long the test satisfies, and where none does it satisfies nothing. */
struct measure_satisfier {
    const char *kind;             /* screening.kind, "colonoscopy" */
    int32_t months;               /* or MEASURE_SEASON */
    const struct predicate *when; /* NULL: always */
};
enum measure_exclusion_kind { EXCLUDE_CONDITION, EXCLUDE_PROCEDURE };
struct measure_exclusion {
    enum measure_exclusion_kind kind;
    const char *code; /* a prefix match: 'E11' covers 'E11.9' */
};
/* Of the year, "MM-DD". Nobody is due outside of it; it may pass the turn of
 * the year. What was done since `counts_from` counts for it. */
struct measure_season {
    const char *from, *to; /* both inside; NULL: all year */
    const char *counts_from;
};
struct measure {
    const char *name;
    const char *source;
    /* 'YYYY-MM-DD'; nobody is due before or after. NULL: no bound. */
    const char *effective_from, *effective_to;
    const struct measure *former; /* the version before this one, or NULL */
    int32_t first_due_months;     /* of age; 0 = from birth */
    int32_t due_before_months;    /* of age; 0 = no end */
    const char *sex;              /* NULL = everybody */
    struct measure_season season;
    struct measure_satisfier *satisfiers;
    size_t satisfier_count;
    /* Accepted results; count 0 = any. A test whose result nobody recorded
     * counts as done: abnormal ones are what this keeps out. */
    const char **only_results;
    size_t only_result_count;
    /* When a test that has a number is abnormal; NULL: the laboratory's word
     * alone decides. */
    const struct predicate *abnormal_if;
    const char **requires; /* condition codes, any of them; count 0 = all */
    size_t require_count;
    struct measure_exclusion *exclusions;
    size_t exclusion_count;
};

/* Of all versions of a measure, of which `latest` is the last, the one that
 * counts on a day ('YYYY-MM-DD'): the last that had begun, else the first. It
 * may have ended. */
const struct measure *measure_on(const struct measure *latest, const char *day);

#endif
