/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHANNELS_CALL_FLOW_H
#define CHANNELS_CALL_FLOW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

#include "channels/call_words.h"

struct buf;
struct json;

/* A call as data: what is said in each state, and where each key leads. First
 * who calls (L-19) and whom it is for (L-32); only who presses 1 hears the
 * campaign's own words, which may have several parts: one question after the
 * other, and what an urgent answer is answered with. Key 9 stops the calls in
 * every state (L-4.7). Pure. */

/* A call says nothing unasked past its minute (L-4.5), and where nothing is
 * said twice nothing at all; what one may say without consent is policy's, in
 * words. */
#define CALL_MOST_S 60
/* How fast it is spoken: 150 words of six letters a minute. */
#define CALL_LETTERS_PER_S 15
#define CALL_DIGIT_LETTERS 6 /* "8" is a word when it is spoken */
/* How long a key is waited for, once all was said. */
#define CALL_WAIT_S 4
#define CALL_LAST_S 1 /* behind a goodbye, for a 9 */
/* How often a moment comes again, where that was asked for; who presses
 * nothing, or what means nothing, hears it once more. */
#define CALL_REPEATS 2
#define CALL_REPEATS_UNASKED 1
#define CALL_STOP_KEY '9'
#define CALL_KEYS "0123456789*#"
#define CALL_KEY_COUNT 12

enum call_state {
    CALL_WHO,       /* says who calls, and asks for the person */
    CALL_MENU,      /* says a part of the message, and asks for an answer */
    CALL_THANKS,    /* from here on: says its words, and hangs up */
    CALL_STOPPED,   /* 9 */
    CALL_WRONG,     /* a wrong number */
    CALL_AWAY,      /* the person is not there */
    CALL_PERSON,    /* rings somebody up */
    CALL_BACK,      /* somebody calls back */
    CALL_GOODBYE,   /* nobody pressed what means something */
    CALL_MACHINE,   /* the voicemail, which is no part of the script */
    CALL_WITHDRAWN, /* taken back on its way (L-13): who called, and no more */
    CALL_CHANGED,   /* taken back while it was held, in place of the rest */
    CALL_STATES
};

/* One message or question, rendered. */
struct call_part {
    const char *name;      /* the campaign's: "feeling"; NULL: it has none */
    const char *say;       /* also what is counted, where it is recorded */
    const char *recording; /* the address of the same, spoken; or NULL */
    bool asks;             /* a question: silence is no answer to it */
    /* Of CALL_KEYS, the intent: "confirm"; NULL: means nothing. */
    const char *keys[CALL_KEY_COUNT];
    /* The part that an answer by that key leads to, always a later one; 0: it
     * is the last. */
    int leads[CALL_KEY_COUNT];
};
/* What one call says: the campaign's. It begins with the first part. */
#define CALL_PARTS 16
struct call_script {
    const char *language;
    struct call_names names;
    struct call_part parts[CALL_PARTS];
    int part_count;
    struct json *doc; /* holds the texts, where it was read */
};
/* {"language", "from", "phone", "name", "about", "asks", "say", "recording",
 * "keys", "leads", "parts": [{"about", "asks", "say", ...}]}: the first part
 * stands in the script itself, the others in "parts". */
void call_script_write(const struct call_script *script, struct buf *out);
/* Free with call_script_free(). */
bool call_script_read(const char *text, struct call_script *out,
                      struct error *err);
void call_script_free(struct call_script *script);
/* -1: no key of a telephone. */
int call_key(char key);

/* Where a call is: a state, how often it was repeated, the seconds that have
 * passed since it was answered, and the part that is or was last said. */
struct call_moment {
    enum call_state state;
    int turn;
    int spent;
    int part;
};
/* What somebody is to be told of a key. */
enum call_tell {
    TELL_NOTHING,
    TELL_KEY,    /* an answer to this part of the message */
    TELL_SILENT, /* there is none to this question, and none will come */
    TELL_STOP,   /* whoever said it, and whatever the call was about */
    TELL_WRONG,  /* likewise */
};
struct call_step {
    struct call_moment next; /* spent: as before */
    enum call_tell tell;
    bool reached; /* it proves the patient: 1 was pressed */
};
/* What follows key `key` ('\0': none was pressed) `moment.spent` seconds into
 * the call. `staffed`: there is a number that can be rung up. A repetition, and
 * a further question, are granted only where they fit into the minute. */
struct call_step call_flow_press(const struct call_script *script,
                                 struct call_moment moment, char key,
                                 bool staffed);
/* The same of a call that was taken back while it was held: refused, or about a
 * visit that is cancelled or moved. Nothing of the campaign's is said any more,
 * but what an urgent answer is answered with; who presses 1 now has heard
 * nothing, and is not reached. */
struct call_step call_flow_changed(const struct call_script *script,
                                   struct call_moment moment, char key,
                                   bool staffed);
/* What is said there. */
void call_flow_say(const struct call_script *script, struct call_moment moment,
                   struct buf *out);
/* The recording that is played there in its place; NULL: none. Who hears it
 * again hears the words, so that nobody is left with a recording that cannot
 * be played. */
const char *call_flow_play(const struct call_script *script,
                           struct call_moment moment);
bool call_flow_waits(enum call_state state);
/* "menu.1", of a later part "menu2.1": of one moment of one call; and back. */
#define CALL_PLACE_MAX 32
void call_flow_place(struct call_moment moment, char out[CALL_PLACE_MAX]);
bool call_flow_find(const char *place, struct call_moment *out);

/* How long that takes to say, rounded up. */
int call_seconds(const char *text);
/* How long the call lasts that is answered at the last moment each time: who,
 * the longest way through the parts, and the longest end. */
int call_flow_seconds(const struct call_script *script);
/* How many words the longest way through the parts has behind the first. */
int call_flow_further_words(const struct call_script *script);

#endif
