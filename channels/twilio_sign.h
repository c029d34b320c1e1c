/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHANNELS_TWILIO_SIGN_H
#define CHANNELS_TWILIO_SIGN_H

#include <stdbool.h>
#include <stddef.h>

struct form;

/* Whether this request is Twilio's (S-20): `signature` covers `url`, the
 * address as Twilio knows it with its query, and what was posted: a form, or
 * (form NULL) a JSON body whose SHA-256 stands in the query. The port may be
 * there or not. Compares in constant time. */
bool twilio_signed(const char *token, const char *url, const struct form *form,
                   const char *body, size_t body_len, const char *signature);

/* The signature of a form, as Twilio makes it: for the sandbox, which plays
 * Twilio. False: there is too much to sign. */
#define TWILIO_SIGNATURE 29 /* twenty bytes in base64, and NUL */
bool twilio_sign(const char *token, const char *url, const struct form *form,
                 char out[TWILIO_SIGNATURE]);

#endif
