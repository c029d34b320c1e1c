/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_FACT_FAULT_H
#define FEEDS_FACT_FAULT_H

#include <stdbool.h>

/* Something that was there and could not be read; the rest goes in. */
struct fact_fault {
    const char *where, *value, *reason;
    bool personal; /* the value is masked wherever it is shown */
    bool row;      /* a row was left out for it, no field alone */
    bool fatal;    /* nothing of the message can go in */
};
#define FACT_SECOND_PATIENT                                                   \
    "a second patient of this visit is left out: send a visit with an id of " \
    "its own for each"
/* Something that nobody here asks for: for `import --explain`. */
struct fact_ignored {
    const char *where, *value, *reason;
};

#endif
