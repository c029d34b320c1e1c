/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_MEASURE_H
#define STORE_MEASURE_H

#include <stddef.h>
#include <stdint.h>

/* A clinical interval as dated data: who is due for what, satisfied by what,
 * for how long. Read from measures/<name>.json by campaigns/measure_file. */
struct measure_satisfier {
    const char *kind; /* screening.kind, "colonoscopy" */
    int32_t months;   /* for how long it satisfies */
};
enum measure_exclusion_kind { EXCLUDE_CONDITION, EXCLUDE_PROCEDURE };
struct measure_exclusion {
    enum measure_exclusion_kind kind;
    const char *code; /* a prefix match: 'E11' covers 'E11.9' */
};
struct measure {
    const char *name;
    const char *source;
    int32_t first_due_age; /* years; 0 = from birth */
    int32_t last_due_age;  /* years, inclusive; 0 = no end */
    const char *sex;       /* NULL = everybody */
    struct measure_satisfier *satisfiers;
    size_t satisfier_count;
    /* Accepted results; count 0 = any. A test whose result nobody recorded
     * counts as done: abnormal ones are what this keeps out. */
    const char **only_results;
    size_t only_result_count;
    const char **requires; /* condition codes, any of them; count 0 = all */
    size_t require_count;
    struct measure_exclusion *exclusions;
    size_t exclusion_count;
};

#endif
