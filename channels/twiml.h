/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHANNELS_TWIML_H
#define CHANNELS_TWIML_H

#include <stdbool.h>

struct buf;
struct call_words;

/* TwiML (V-6), what Twilio does in a call, as a text. Every value is escaped.
 * Begins with twiml_open(), ends with twiml_close(). */
void twiml_open(struct buf *out);
void twiml_close(struct buf *out);

/* In that language and voice; "" says nothing. */
void twiml_say(struct buf *out, const struct call_words *words,
               const char *text);
/* The recording at that address. */
void twiml_play(struct buf *out, const char *url);
/* What is said between these two is cut short by a key, which is posted to
 * `url`. Where there was none `wait_s` after all was said, that is posted too,
 * or what stands below follows. */
void twiml_ask(struct buf *out, const char *url, int wait_s, bool silence_too);
void twiml_asked(struct buf *out);
/* Rings `number` up, showing `from`, one of ours (L-23), and posts to `url`
 * what came of it. No key is heard until then: Twilio has nothing that hears
 * one beside it but hangupOnStar, and a star may be a key of whoever answers.
 */
void twiml_dial(struct buf *out, const char *number, const char *from,
                const char *url);
/* After the beep of a machine, which some give early. */
void twiml_pause(struct buf *out);

#endif
