/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_FACT_FAULT_H
#define FEEDS_FACT_FAULT_H

#include <stdbool.h>

struct facts;

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

void facts_fault(struct facts *facts, const char *where, const char *value,
                 const char *reason);
void facts_fatal(struct facts *facts, const char *where, const char *value,
                 const char *reason);
void facts_lost(struct facts *facts, const char *where, const char *value,
                const char *reason);
/* The value is one that nobody may see. */
void facts_fault_personal(struct facts *facts, const char *where,
                          const char *value, const char *reason);
bool facts_is_fatal(const struct facts *facts);
/* The first fault for which a row, or all of it, was left out; NULL: none. */
const struct fact_fault *facts_refused(const struct facts *facts);
void facts_ignore(struct facts *facts, const char *where, const char *value,
                  const char *reason);

#endif
