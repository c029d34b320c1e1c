/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>

/* One line an event on stderr: key=value, or JSON. Levels mean something:
 * error = somebody must act; warning = it works, but look; notice = a change
 * of state worth keeping; info = one line an attempt; debug = for us. Never a
 * name, number or address in clear: use text_mask. Any thread. */
enum log_level {
    LOG_ERROR,
    LOG_WARNING,
    LOG_NOTICE,
    LOG_INFO,
    LOG_DEBUG,
};

void log_setup(enum log_level least, bool as_json);
/* Whether an event of this level is written: for callers whom its text costs
 * something. */
bool log_wants(enum log_level level);
/* log_event(LOG_INFO, "attempt", "outreach=%lld outcome=%s", id, name):
 * the text is key=value pairs; values with blanks are quoted by the caller
 * with log_quote. As JSON each pair becomes a member (all values text). */
void log_event(enum log_level level, const char *event, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Value as one token: quoted and escaped when it needs to be. The result is
 * a per-thread ring of 8: good until the eighth next call. */
const char *log_quote(const char *value);
/* Tests and forecasts: every line goes here instead; NULL gives stderr back. */
void log_capture(void (*line)(void *arg, enum log_level level,
                              const char *text),
                 void *arg);

#endif
