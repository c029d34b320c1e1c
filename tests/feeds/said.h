/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_FEEDS_SAID_H
#define TESTS_FEEDS_SAID_H

#include "base/buf.h"
#include "feeds/fact.h"

/* Facts in one line, as a test expects them: "patients: mrn=12345,
 * last_name=DOE; appointments: id=7, patient=12345; ! PID-7 ...". */
void said(struct buf *out, const struct facts *facts);

#endif
