/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHANNELS_CALL_WORDS_H
#define CHANNELS_CALL_WORDS_H

#include <stddef.h>

struct buf;

/* What every call says in its own words, whatever the campaign: who calls
 * first of all (L-19), whom it is for (L-32), and how it ends. {from}, {phone}
 * and {name} stand for the call's own. */
enum call_word {
    WORD_HELLO,   /* an automated call, from whom, and their number */
    WORD_WHO,     /* 1 it is me, 2 not there, 3 wrong number, 9 no more */
    WORD_THANKS,  /* an answer was taken */
    WORD_STOPPED, /* 9 */
    WORD_WRONG,   /* nobody of that name here */
    WORD_AWAY,    /* of that name, but not there */
    WORD_PERSON,  /* before somebody is rung up */
    WORD_BACK,    /* somebody will call */
    WORD_CHANGED, /* what the call was about is so no more */
    WORD_GOODBYE, /* nothing was pressed that means something */
    WORD_LOST,    /* a call whose script is gone; 9 no more */
    WORD_INBOUND, /* somebody calls us: 1 call me, 9 no more */
    WORD_HIDDEN,  /* their number is not shown: 9 no more */
    WORD_UNSEEN,  /* after that 9: we need the number */
    WORD_BYE,     /* to who called us, where there is no other number */
    CALL_WORDS
};

struct call_words {
    const char *language; /* "en" */
    const char *locale;   /* "en-US" as providers' speech engines name it */
    const char *voice;    /* one of theirs that speaks it */
    const char *texts[CALL_WORDS];
};

#define CALL_LANGUAGES "en, es, fr, pt and de" /* for people */
/* Of "es-MX" those of "es"; NULL: calls are not held in that language. */
const struct call_words *call_words_find(const char *language);
const struct call_words *call_words_at(size_t i); /* NULL past the end */

/* What {from}, {phone} and {name} are. A sentence that needs one that is NULL
 * is not said. */
struct call_names {
    const char *from, *phone, *name;
};
void call_words_say(struct buf *out, const char *text,
                    const struct call_names *names);

#endif
