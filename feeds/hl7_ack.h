/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_HL7_ACK_H
#define FEEDS_HL7_ACK_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/clock.h"
#include "feeds/fact.h"
#include "feeds/hl7.h"

/* What is answered to a message (F-3). Pure. */

enum hl7_ack {
    HL7_ACCEPT, /* AA: it is in the store */
    HL7_ERROR,  /* AE: something in it is wrong */
    HL7_REJECT, /* AR: nothing of this kind is taken here */
};

struct hl7_ack_request {
    enum hl7_ack verdict;
    const char *reason;        /* for people; NULL: none */
    const struct facts *facts; /* whose fatal faults become ERR; or NULL */
    const char *control_id;    /* ours */
    instant now;
};
/* Appends it; false: the sender wants no answer of this kind (MSH-15, MSH-16
 * of the enhanced mode). `message` NULL: it could not be read. */
bool hl7_ack(struct hl7 *message, const struct hl7_ack_request *request,
             struct buf *out);

#endif
