/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INBOUND_LEXICON_H
#define INBOUND_LEXICON_H

#include <stdbool.h>

/* The words that inbound/words.c looks for, as fold_text() leaves them: small
 * letters, no accents on Latin ones, no apostrophes, one blank between words.
 * Lists end in NULL. A '*' stands for the rest of a word, alone for one word;
 * at least four bytes stand before it. Scripts without blanks (Chinese,
 * Korean) match within a run of letters.
 *
 * What a message of nothing else may be made of to be an opt-out. `sure` also
 * means it among other words, where the sentence is plain. */
extern const char *const lexicon_sure[];    /* "stop texting", "unsubscribe" */
extern const char *const lexicon_whole[];   /* "remove me": only by itself */
extern const char *const lexicon_either[];  /* "cancel these": or visits */
extern const char *const lexicon_bare[];    /* "stop": by itself, or of these */
extern const char *const lexicon_double[];  /* "dung": means more than stop, */
extern const char *const lexicon_plea[];    /* but not when asked for */
extern const char *const lexicon_loose[];   /* "no mas": no clause of its own */
extern const char *const lexicon_sending[]; /* but "stop sending" is one */
extern const char *const lexicon_plaint[];  /* "is dead": then a stop */
extern const char *const lexicon_weak[];    /* "cancel": not "cancel it" */
extern const char *const lexicon_refused[]; /* "i dont want": of these */
extern const char *const lexicon_object[];  /* "messages": only ours */
extern const char *const lexicon_call[];    /* "calls": of these stopped */
extern const char *const lexicon_small[];   /* "me", "it", "from your" */
extern const char *const lexicon_wish[];    /* "i want to" */
extern const char *const lexicon_request[]; /* "can you": only we can */
extern const char *const lexicon_kept[];    /* "dung ngung": do not stop */
extern const char *const lexicon_manner[];  /* "please", "gracias" */

/* What makes a stop that stands beside it one for a person: "dont cancel"
 * anywhere, what says of which of our messages alone ("in spanish", "so late")
 * in its sentence, and "call" where a clause begins ("call, dont text"). */
extern const char *const lexicon_keep[];
extern const char *const lexicon_narrow[];
extern const char *const lexicon_instead[];
extern const char *const lexicon_instead_of[];
/* But "or i will" behind a stop, which is a threat and no condition. */
extern const char *const lexicon_threat[];

/* A STOP that no mark parts from the rest: the words that we tell people to
 * write; what begins another thought behind one, wherever and only behind
 * capitals, or with something that happened to whose it is ("my husband passed
 * away"); and what stands beside a stop that is none of ours: "stop by", "bus
 * stop", "make it stop". */
extern const char *const lexicon_keyword[];
extern const char *const lexicon_anew[];
extern const char *const lexicon_anew_shouted[];
extern const char *const lexicon_others[]; /* "he is hurting me" */
extern const char *const lexicon_possessive[];
extern const char *const lexicon_wanting[]; /* "a question": wants no stop */
extern const char *const lexicon_gone[];
extern const char *const lexicon_governed[];
extern const char *const lexicon_governing[];
extern const char *const lexicon_causing[];
extern const char *const lexicon_vital_stops[]; /* "breathing stop": danger */

/* What takes a phrase back where it stands before it; what does not, though
 * it begins like that ("cant make it, need to cancel"); and what makes a
 * sentence a question or a condition wherever it stands. */
extern const char *const lexicon_not[];
extern const char *const lexicon_absent[];
extern const char *const lexicon_doubt[];

/* What may stand beside "I'll be there" without adding anything. */
extern const char *const lexicon_talk[];

/* Within a sentence: one of `all`, with one of `with` behind it and none of
 * `unless` beside it. NULL: whatever there is. With `no_names` it is the end of
 * its clause, and each '*' of it somebody's name, which is none of these. Ends
 * in NULL. */
extern const struct lexicon_stranger {
    const char *const *all, *const *with, *const *unless, *const *no_names;
} lexicon_strangers[];
/* The same, whatever doubts it: "she got a new number", "this is my number
 * now". */
extern const struct lexicon_stranger lexicon_moved[];
extern const char *const lexicon_wrong_start[]; /* where a clause begins, */
extern const char *const lexicon_wrong_lead[];  /* or behind these, */
extern const char *const lexicon_wrong_goes[];  /* unless it goes on so */
extern const char *const lexicon_here[];        /* "at this number" */
extern const char *const lexicon_no_names[];    /* "i dont know yet" */
/* "But i do", "keep texting": of their own number, anywhere. */
extern const char *const lexicon_wrong_not[];
extern const char *const lexicon_who[];    /* "who is this" */
extern const char *const lexicon_not_me[]; /* "im not *" */
extern const char *const lexicon_me[];     /* "im not sure" */

extern const char *const lexicon_signature[]; /* "sent from my" */
/* At the end of a line that goes on in the next. */
extern const char *const lexicon_unfinished[]; /* "do not" */

/* Words of danger that are hardly like any other, where one letter amiss is
 * overlooked; and others that are one letter away from them all the same. */
extern const char *const lexicon_slip[];
extern const char *const lexicon_slip_not[];
/* Written shorter, or longer, than the words of danger are: "wanna". */
extern const struct lexicon_spelt {
    const char *spelt, *meant;
} lexicon_spelt[];

/* Danger: by itself but for manners, a phrase, two words near each other in
 * either order, many pills that were taken, or a fever "of" 104, 104 "degrees"
 * of fever, but not for 40 "minutes". */
extern const char *const lexicon_alarm_alone[];
extern const char *const lexicon_alarm[];
extern const char *const lexicon_taken[];
extern const char *const lexicon_eaten[]; /* of what is no meal */
extern const char *const lexicon_pills[];
extern const char *const lexicon_fever[];
extern const char *const lexicon_fever_of[];
extern const char *const lexicon_degree[];
extern const char *const lexicon_fever_not[];
extern const char *const lexicon_sugar[]; /* its numbers, in mg/dL */
extern const char *const lexicon_sugar_not[];
extern const char *const lexicon_oxygen[]; /* per cent in the blood */
extern const char *const lexicon_oxygen_not[];
extern const char *const lexicon_pulse[];
extern const char *const lexicon_pressure[]; /* mmHg */
extern const char *const lexicon_over[];     /* between its two numbers */
extern const char *const lexicon_weeks[];    /* with child, where one bleeds */
extern const char *const lexicon_weeks_before[]; /* "for": it is another's */
extern const char *const lexicon_weeks_not[];
extern const char *const lexicon_bleeds[];
extern const struct lexicon_pair {
    const char *const *one, *const *two; /* NULL: `one` alone */
    const char *const *goes;  /* `one` with this behind it is another thing */
    const char *const *three; /* NULL: no third */
} lexicon_pairs[], lexicon_harms[];

/* Answers in words: the whole message but for manners, among small talk, or
 * within a plain sentence. Ends in an intent of NULL. */
enum lexicon_how { LEXICON_ALONE, LEXICON_AMONG_TALK, LEXICON_WITHIN };
extern const struct lexicon_said {
    const char *intent;
    enum lexicon_how how;
    bool bare; /* "yes": to whatever was asked last */
    const char *const *all;
} lexicon_said[];

/* How one feels, to a check-in that a reminder went out behind: by itself, or
 * wherever it stands. */
extern const char *const lexicon_unwell[]; /* "bad" */
extern const char *const lexicon_ill[];    /* "it hurts" */

/* Around such a phrase within a sentence: small words, and the visit that a
 * message is about; what begins a reason; and what speaks against it in the
 * rest of the message. */
extern const char *const lexicon_around[];   /* "i would" */
extern const char *const lexicon_and[];      /* a wish may follow */
extern const char *const lexicon_visit[];    /* "appointment" */
extern const char *const lexicon_joint[];    /* "because" */
extern const char *const lexicon_contrast[]; /* "but", "i thought" */
extern const char *const lexicon_other[];    /* "another one" */
extern const char *const lexicon_day[];      /* "tuesday", "tomorrow" */

#endif
