/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INBOUND_EFFECT_H
#define INBOUND_EFFECT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "channels/driver.h"
#include "store/reply.h"

#include "inbound/meaning.h"

struct clerk;
struct holders;

/* What follows from what a patient said, by whatever way it came: a text, a
 * key. Decisions become responses (and the engine then sees that a cadence is
 * over), what a person must do a task of theirs. */
struct effect {
    struct clerk *clerk;
    const struct driver_reply *reply;
    int64_t reply_id;
    instant said_at;               /* never ahead of the clerk's now */
    int64_t sender_id;             /* a patient; 0: not known, or several */
    const struct holders *holders; /* whose number it is, and lately was */
    const struct reply_context *context; /* what it is about; NULL: nothing */
    const struct campaign *campaign;     /* of that; NULL: withdrawn */
    const char *owner; /* the role that reads what belongs to no campaign */
    bool *asks;        /* set where what goes back asks for a digit again */
};

/* Whether nothing may be sent back there: only a STOP is still confirmed. */
bool effect_silenced(const struct effect *effect, bool *silenced,
                     struct error *err);
/* Of an answer to that step which was understood. */
bool effect_answer(const struct effect *effect, const struct meaning *meaning,
                   const struct step *step, struct error *err);
/* Of words that mean the same whatever was asked. */
bool effect_words(const struct effect *effect, enum words_class words,
                  struct error *err);
/* The same of who wrote a STOP as well (L-11). A stranger's STOP is the
 * number's: whom it was taken from has refused nothing. */
bool effect_refused(const struct effect *effect, enum words_class words,
                    struct error *err);
/* Of what fits several of these, the newest first: asks which one, where that
 * may be asked of whoever wrote; a person reads it in any case, until the
 * patient has said which. Where it may be the urgent answer to a check-in, it
 * is taken as that. `effect->context` is about meaning->question. */
bool effect_several(const struct effect *effect, const struct meaning *meaning,
                    const struct reply_question *sent, struct error *err);
/* A person need not read that reply any more: the patient said what it meant.
 */
bool effect_settled(const struct effect *effect, int64_t reply_id,
                    struct error *err);
/* Of a check-in that is answered in words: who reads them does so as fast as
 * after its most urgent answer, and the patient hears whom to call meanwhile.
 */
bool effect_in_words(const struct effect *effect, struct error *err);
/* A person reads it, and the patient hears so; `why` is the reason of the
 * task. */
bool effect_person(const struct effect *effect, const char *why,
                   struct error *err);
/* Of what only acknowledges, and may be an answer to what waits for one: a
 * person reads it, and nobody is told so. */
bool effect_thanks(const struct effect *effect, const struct meaning *meaning,
                   struct error *err);
/* Of what failed: a person reads it, and nothing else is tried. */
bool effect_unread(const struct effect *effect, struct error *err);
/* Of a key that means `reply->intent` by itself: a person does it. */
bool effect_key(const struct effect *effect, struct error *err);

#endif
