/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHANNELS_TWILIO_TURN_H
#define CHANNELS_TWILIO_TURN_H

#include <stdbool.h>

#include "channels/sender.h"
#include "channels/twilio_own.h"

/* One question of Twilio's about one call. */
struct turn {
    struct driver *driver;
    const char *sid, *ours, *theirs; /* the call, our number, the patient's */
    char number[SENDER_MAX];         /* the patient's, as the store has it */
    const char *reference;           /* NULL: they called us */
    struct twilio_call *call;        /* NULL: its script is not here */
    struct call_moment moment;
    const char *about; /* the part that is answered; NULL: the first */
    const char *since; /* when the call was answered, in milliseconds */
    const char *phone; /* where the patient may call; NULL: not known */
    char key;          /* '\0': none */
};

/* What was pressed, as a reply of whoever is on the line. */
void turn_tell_reply(const struct turn *turn, struct driver_reply reply,
                     char key, const char *place);
/* A key as its digit, or as the word that means the same in any call. */
void turn_tell_key(const struct turn *turn, enum call_tell what, char key,
                   const char *place);

/* What an answer to that part is told with; NULL: nothing. */
const char *turn_about(const struct turn *turn, int part);
/* From here on a key is heard, as one of that moment, until twiml_asked(). */
void turn_ask(const struct turn *turn, struct call_moment moment);
/* Our own words, in every language that we greet in; and with a key that is
 * heard there. */
void turn_say_own(const struct turn *turn, enum call_word word);
void turn_say_own_at(const struct turn *turn, enum call_word word,
                     struct call_moment moment);
void turn_say_own_end(const struct turn *turn, enum call_word word,
                      enum call_state state);
/* What the script says there. */
void turn_say(const struct turn *turn, struct call_moment moment);
/* Rings up somebody of the staff. */
void turn_put_through(const struct turn *turn, struct call_moment moment);

#endif
