/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHANNELS_SMTP_CODES_H
#define CHANNELS_SMTP_CODES_H

#include "base/outcome.h"

/* The enhanced status of a reply ("550 5.1.1 no such user" -> "5.1.1"), RFC
 * 3463; "" when it carries none. */
#define SMTP_ENHANCED_MAX 12
void smtp_enhanced(const char *reply, char out[SMTP_ENHANCED_MAX]);

/* What a mail server's refusal (or 250) means: by what it was said to ("RCPT
 * TO", as http_answer's stage; NULL or "" = a success), its code and its
 * enhanced status. */
enum outcome smtp_outcome(const char *stage, int status, const char *enhanced);

#endif
