/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_SCHEDULER_STORY_H
#define TESTS_SCHEDULER_STORY_H

#include "tests/scheduler/world.h"

/* Shipped campaigns over one world, told as people would: what left, when
 * on the clock of New York, in which words, and what became a task. */

struct story {
    const char *sentence;
    const char *campaign; /* "cervical-recall"; several parted by blanks */
    const char *from;     /* launched and run from here */
    const char *facts;    /* SQL before the launch; patient 1 is there */
    const char *until;
    /* "change" happens at "at", NULL: nothing does. */
    const char *at, *change;
    /* A line each: "2026-12-07 10:00 sms: the text", or
     * "2026-12-07 09:00 task for nurse: step"; "at last" is whoever got it when
     * nobody did it in time. A line may end early: then the rest may be
     * anything. */
    const char *told;
};
/* Fails with the whole difference. */
void story_expect(const struct story *story);

#endif
