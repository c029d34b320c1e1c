/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_WORDS_H
#define STORE_WORDS_H

#include <stdbool.h>
#include <stddef.h>

/* The closed lists of words that campaigns may ask for. Here and nowhere else:
 * what an import brings is brought to these (feeds/), what a condition compares
 * with must be one of them (campaigns/). Groups parted by blanks; the first of
 * each is the word that is kept, the others are spellings of it: with a dash, a
 * space or a low line. */
#define WORDS_CHANNEL "sms|text voice|call|phone email|e-mail|mail"
#define WORDS_SEX "female|f|woman male|m|man other|o|x unknown|u"
#define WORDS_PLACE "clinic hospital pharmacy"
#define WORDS_VISIT                                                    \
    "booked|scheduled|confirmed proposed pending arrived|checked-in "  \
    "fulfilled|completed|kept cancelled|canceled|cancel|cancellation|" \
    "pt-cancelled|pt-canceled|pt-cancel|patient-cancelled|"            \
    "patient-canceled|cancelled-by-patient|canceled-by-patient|"       \
    "provider-cancelled|provider-canceled|clinic-cancelled|"           \
    "clinic-canceled|late-cancel "                                     \
    "noshow|no-show entered-in-error waitlist"
#define WORDS_PRESCRIPTION                              \
    "active on-hold|held cancelled|canceled completed " \
    "entered-in-error stopped|discontinued draft unknown"
#define WORDS_CLASS \
    "inpatient|imp|acute|nonac observation|obsenc emergency|emer"
#define WORDS_DISPOSITION                                    \
    "home alt-home other-hcf hosp hospice long ama|aadvice " \
    "expired|exp psy rehab snf other|oth"
#define WORDS_DISCHARGE "discharged cancelled|canceled"
#define WORDS_RISK "low high"
#define WORDS_RESULT "normal|negative abnormal|positive"

#define WORD_MAX 48
/* The word that is kept for `text`, whatever its case; false when it is none
 * of the list. */
bool words_find(const char *words, const char *text, char out[WORD_MAX]);
/* The i-th word that is kept; false behind the last. */
bool words_at(const char *words, size_t i, char out[WORD_MAX]);
/* What to say about a text that is no kept word: ": it is kept as 'booked'",
 * "; did you mean 'booked'?", or all that there are: ": low, high". */
const char *words_advice(const char *words, const char *text, char *out,
                         size_t size);

#endif
