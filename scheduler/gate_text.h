/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCHEDULER_GATE_TEXT_H
#define SCHEDULER_GATE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "campaigns/wording.h"
#include "scheduler/gate.h"
#include "scheduler/secret.h"

/* The second half of the decision: what a message says, once the first half
 * let it go. Pure as that one is. */

/* The message as it would leave, for the rules that read it (L-4.5, L-4.7,
 * L-31). */
struct gate_text {
    struct {
        const char *text; /* NULL: this message has no such part */
        int tier;         /* of the most private field that it names */
        const char *field;
    } parts[PART_COUNT];
    const char *html;     /* beside PART_EMAIL, or NULL */
    const char *calendar; /* what its entries say beside it, or NULL */
    const char *further;  /* what else a call says, by what is pressed */
    int further_words;    /* of the longest way through it */
    bool stop_key;        /* a call: a key that ends all calls */
    bool sensitive;       /* the patient, or the clinic concerned */
    /* Own names of sensitive services, which no message says. */
    const struct wording *const *aliased;
    size_t aliased_count;
    /* Their streets, which none says either. */
    const struct wording *const *streets;
    size_t street_count;
    const struct secrets *secrets; /* of this patient; NULL: none are known */
    const struct wording *called;  /* what clinics are publicly called */
    size_t called_count;
};
/* After a go: fills the reasons of the text rules and decides again. */
void gate_judge(const struct gate_facts *facts, const struct gate_text *text,
                struct gate_decision *decision);
/* The same for a text that could not be rendered; `why` is borrowed. */
void gate_refuse(const char *why, struct gate_decision *decision);

#endif
