/* SPDX-License-Identifier: Apache-2.0 */
#ifndef APP_ANSWERED_H
#define APP_ANSWERED_H

struct campaign;
struct store;

/* A campaign that texts people who would get no text back when they write of
 * danger, or HELP: `what` is a sentence about it. */
typedef void unanswered_fn(void *arg, const char *campaign, const char *what);

/* Tells of this campaign where it is one, of each word once. What cannot be
 * read is left to the engine, which says so. */
void unanswered_campaign(struct store *store, const struct campaign *campaign,
                         unanswered_fn *tell, void *arg);
/* Tells of each that is launched and not cancelled. */
void unanswered_launched(struct store *store, unanswered_fn *tell, void *arg);

#endif
