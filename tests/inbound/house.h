/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_INBOUND_HOUSE_H
#define TESTS_INBOUND_HOUSE_H

#include "channels/driver.h"
#include "tests/scheduler/world.h"

#define ADA "+12125550001"
#define OURS "+18005550100"

/* Ada and Bob, each with a number of their own, on Monday morning; what they
 * write is read by inbound/. */
void open_house(struct world *world);
/* The campaigns of the library with these names, blanks between. */
void launch(struct world *world, const char *names);
/* Somebody writes; the next poll brings it. */
void say(struct world *world, const char *from, const char *text);
/* The visit of that number and external id "v<number>". */
void visit(struct world *world, int number, int patient, const char *local);
/* Takes a reply, as the service does. */
bool house_reply(void *arg, struct clerk *clerk, const char *provider,
                 const struct driver_reply *reply, struct error *err);
/* Fails with `sentence` unless all that came of what was written, in one line,
 * is `told`. */
void expect_told(struct world *world, const char *sentence, const char *told);

#endif
