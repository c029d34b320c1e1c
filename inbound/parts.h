/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INBOUND_PARTS_H
#define INBOUND_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include "inbound/words.h"

/* What a short message is made of: phrases of inbound/lexicon.h, where these
 * parts are explained, and nothing else. */
enum part {
    PART_KEPT,
    PART_SURE,
    PART_WHOLE,
    PART_EITHER,
    PART_BARE,
    PART_DOUBLE,
    PART_WEAK,
    PART_REFUSED,
    PART_OBJECT,
    PART_CALL,
    PART_SMALL,
    PART_WISH,
    PART_REQUEST,
    PART_STRANGER,
    PART_PLEA,
    PART_MANNER,
    PART_KEY, /* what one answers with */
    PARTS
};
struct part_list {
    enum part part;
    const char *const *list;
};

#define PARTS_KNOWN_MAX 800 /* of one message; more are no short stop */
/* The phrases that a message may have. */
struct parts_known {
    struct {
        enum part part;
        const char *phrase;
    } all[PARTS_KNOWN_MAX];
    size_t count;
    bool keys; /* it may be made of what one answers with, too */
};
void parts_know(struct parts_known *known, const struct words *words,
                const struct part_list *lists, size_t count);
/* What stops, and what stands around that. */
void parts_know_verbs(struct parts_known *known, const struct words *words);
void parts_know_rest(struct parts_known *known, const struct words *words);

/* Whether the text is made of nothing but these, the longest first; adds up
 * what it is made of. */
bool parts_make(const struct parts_known *known, const char *text,
                int parts[PARTS]);
int parts_count(const int parts[PARTS]);

/* How long the telephone number is that stands there: it says nothing more
 * ("STOP 212-555-0001"). 0: none. */
size_t parts_phone(const char *at);

#endif
