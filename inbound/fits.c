/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which of several questions that a text fits is meant.
 */
#include "inbound/fits.h"

#include "base/text.h"

bool fits_same_anchor(const struct meaning_question *a,
                      const struct meaning_question *b)
{
    return a->campaign->anchor == b->campaign->anchor &&
           a->anchor_id == b->anchor_id && a->occurrence == b->occurrence;
}

void fits_add(struct fits *fits, const struct meaning *one)
{
    if (fits->count < FITS_READ)
        fits->items[fits->count++] = *one;
    else
        fits->more = true;
}

/* Among messages about one anchor the newest counts; of check-ins, and of what
 * asks something else. */
static void fits_merge(struct fits *fits,
                       const struct meaning_question *questions)
{
    size_t count = 0;
    for (size_t i = 0; i < fits->count; i++) {
        const struct meaning *one = &fits->items[i];
        size_t k = 0;
        while (k < count &&
               (!fits->items[k].asked != !one->asked ||
                !fits_same_anchor(&questions[fits->items[k].question],
                                  &questions[one->question])))
            k++;
        if (k == count)
            fits->items[count++] = *one;
    }
    fits->more |= count > MEANING_FITS;
    fits->count = count < MEANING_FITS ? count : MEANING_FITS;
}

static bool is_open(const struct meaning_question *question)
{
    return !question->off && question->answered_at == INSTANT_NEVER;
}

/* So urgent that it has a reply of its own. */
static bool is_grave(const struct meaning *meaning)
{
    return meaning->urgency && meaning->urgency->reply;
}

/* Whether the other one that fits is meant instead of what was answered: a
 * check-in is over with its answer, anything else where the other went out
 * since. But what is grave is not lost for what is not. */
static bool is_over(const struct meaning_question *questions,
                    const struct meaning *one, const struct meaning *other)
{
    const struct meaning_question *it = &questions[one->question];
    return it->answered_at != INSTANT_NEVER &&
           (one->asked ||
            questions[other->question].sent_at >= it->answered_at) &&
           (!is_grave(one) || other->urgency);
}

/* Whether another one that fits is meant instead; for a visit that is off, a
 * newer one to the same patient. */
static bool gives_way(const struct meaning_question *questions,
                      const struct fits *fits, const struct meaning *one)
{
    const struct meaning_question *it = &questions[one->question];
    if (it->off && it->answered_at != INSTANT_NEVER)
        return true;
    for (size_t i = 0; i < fits->count; i++) {
        const struct meaning_question *other =
            &questions[fits->items[i].question];
        if (!is_open(other))
            continue;
        if (is_over(questions, one, &fits->items[i]))
            return true;
        if (it->off && other->sent_at >= it->sent_at &&
            other->patient_id == it->patient_id)
            return true;
    }
    return false;
}

static void fits_prune(struct fits *fits,
                       const struct meaning_question *questions)
{
    const struct fits all = *fits;
    fits->count = 0;
    for (size_t i = 0; i < all.count; i++)
        if (!gives_way(questions, &all, &all.items[i]))
            fits->items[fits->count++] = all.items[i];
}

static void several(const struct fits *fits, struct meaning *out)
{
    const struct meaning *first = &fits->items[0];
    *out = (struct meaning){.kind = MEANING_SEVERAL,
                            .intent = first->intent,
                            .question = first->question,
                            .fit_count = fits->count,
                            .more = fits->more};
    for (size_t i = 0; i < fits->count; i++) {
        const struct meaning *one = &fits->items[i];
        out->fits[i] = one->question;
        if (one->urgency && !out->urgency) {
            out->urgency = one->urgency;
            out->asked = one->asked;
            out->question = one->question;
        }
        if (!text_equal(out->intent, one->intent))
            out->intent = NULL;
    }
}

/* What may be about a visit that is off is for a person, unless it may be an
 * urgent answer. */
static bool is_off(const struct fits *fits,
                   const struct meaning_question *questions,
                   struct meaning *out)
{
    bool off = false;
    for (size_t i = 0; i < fits->count; i++) {
        size_t question = fits->items[i].question;
        if (fits->items[i].urgency)
            return false;
        if (questions[question].off && !off) {
            off = true;
            *out = (struct meaning){
                .kind = MEANING_UNCLEAR, .question = question, .off = true};
        }
    }
    return off;
}

/* A check-in that came last, beside what asks something else. But where that
 * was still waited for when it went out, the patient may not have seen it yet:
 * a "1" for a visit is never written down as "I am well". */
static bool is_check_in(const struct fits *fits,
                        const struct meaning_question *questions)
{
    instant sent_at = questions[fits->items[0].question].sent_at;
    bool others = false;
    for (size_t i = 1; i < fits->count; i++) {
        const struct meaning_question *it = &questions[fits->items[i].question];
        others |= fits->items[i].asked ||
                  (is_open(it) && it->awaited_until > sent_at);
    }
    return fits->items[0].asked && !others;
}

bool fits_choose(const struct fits *all,
                 const struct meaning_question *questions, struct meaning *out)
{
    struct fits fits = *all;
    fits_prune(&fits, questions);
    fits_merge(&fits, questions);
    if (fits.count == 0)
        return false;
    if (is_off(&fits, questions, out))
        return true;
    if (fits.count == 1 || is_check_in(&fits, questions))
        *out = fits.items[0];
    else
        several(&fits, out);
    return true;
}
