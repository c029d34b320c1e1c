/* SPDX-License-Identifier: Apache-2.0 */
/* Windows-1252, which spreadsheets still save. Latin-1 but for 0x80 to 0x9f. */
#include "feeds/codepage.h"

#include <stdint.h>
#include <string.h>

static const uint16_t special[32] = {
    0x20ac, 0xfffd, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
    0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0xfffd, 0x017d, 0xfffd,
    0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
    0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0xfffd, 0x017e, 0x0178};

char *codepage_1252(struct scratch *scratch, const char *text)
{
    static char empty[1];
    char *out = scratch_take(scratch, 3 * strlen(text) + 1);
    if (!out)
        return empty;
    char *at = out;
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        unsigned code = *c >= 0x80 && *c < 0xa0 ? special[*c - 0x80] : *c;
        if (code < 0x80) {
            *at++ = (char)code;
        } else if (code < 0x800) {
            *at++ = (char)(0xc0 | code >> 6);
            *at++ = (char)(0x80 | (code & 0x3f));
        } else {
            *at++ = (char)(0xe0 | code >> 12);
            *at++ = (char)(0x80 | (code >> 6 & 0x3f));
            *at++ = (char)(0x80 | (code & 0x3f));
        }
    }
    *at = '\0';
    return out;
}
