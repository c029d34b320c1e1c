/* SPDX-License-Identifier: Apache-2.0
 *
 * Telephone numbers and email addresses as people and exports write them, to
 * the one form the store keeps. Strict where a guess could reach a stranger:
 * a number that may have lost or gained a digit is refused with the reason.
 * It never asks whether an area code is allocated (new ones appear each year
 * and a list would be wrong first), and never prints a value unmasked.
 */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <unicode/uchar.h>

#include "base/buf.h"
#include "base/phone.h"
#include "base/text.h"

#define INPUT_MAX 120  /* bytes of a field that may hold one number */
#define DIGITS_MAX 32  /* more than any prefix and number together */
#define COUNTRY_MIN 4  /* digits of the shortest national number we take */
#define E164_DIGITS 15 /* S-1 */

/* How a country writes its own numbers. `trunks` are the prefixes dialled
 * before a national number, longest first; `least` and `most` count the
 * national digits without them. */
struct country {
    const char *name; /* ISO 3166 */
    const char *code;
    const char *abroad; /* prefix dialled before another country's code */
    const char *trunks;
    int least;
    int most;
};

static const struct country countries[] = {
    {"US", "1", "011", "1", 10, 10}, {"CA", "1", "011", "1", 10, 10},
    {"PR", "1", "011", "1", 10, 10}, {"VI", "1", "011", "1", 10, 10},
    {"GU", "1", "011", "1", 10, 10}, {"AS", "1", "011", "1", 10, 10},
    {"MP", "1", "011", "1", 10, 10}, {"DO", "1", "011", "1", 10, 10},
    {"JM", "1", "011", "1", 10, 10}, {"BS", "1", "011", "1", 10, 10},
    {"GB", "44", "00", "0", 9, 10},  {"IE", "353", "00", "0", 7, 9},
    {"AU", "61", "0011", "0", 9, 9}, {"NZ", "64", "00", "0", 8, 10},
    {"DE", "49", "00", "0", 6, 13},  {"AT", "43", "00", "0", 6, 13},
    {"CH", "41", "00", "0", 9, 9},   {"FR", "33", "00", "0", 9, 9},
    {"BE", "32", "00", "0", 8, 9},   {"NL", "31", "00", "0", 9, 9},
    {"ES", "34", "00", "", 9, 9},    {"PT", "351", "00", "", 9, 9},
    {"IT", "39", "00", "", 6, 11},   {"PL", "48", "00", "", 9, 9},
    {"SE", "46", "00", "0", 7, 10},  {"NO", "47", "00", "", 8, 8},
    {"DK", "45", "00", "", 8, 8},    {"MX", "52", "00", "044 045 01", 10, 10},
    {"BR", "55", "00", "0", 10, 11}, {"IN", "91", "00", "0", 10, 10},
    {"PH", "63", "00", "0", 8, 10},  {"IL", "972", "00", "0", 8, 9},
    {"ZA", "27", "00", "0", 9, 9},   {"SG", "65", "000", "", 8, 8},
    {"HK", "852", "001", "", 8, 8},
};

/* A field taken apart. */
struct reading {
    const char *text; /* as it came, for messages */
    struct error *err;
    char plain[INPUT_MAX + 1]; /* ASCII */
    char digits[DIGITS_MAX + 1];
    int count;
    int letters;
    bool word; /* the letters are not one key again and again */
    bool plus;
    char extension[PHONE_EXT_MAX];
};

static bool __attribute__((format(printf, 2, 3)))
refuse_phone(const struct reading *in, const char *format, ...)
{
    char reason[320];
    struct buf mask;
    va_list args;
    va_start(args, format);
    vsnprintf(reason, sizeof reason, format, args);
    va_end(args);
    buf_init(&mask, 64);
    text_mask(&mask, in->text);
    error_set(in->err, ERROR_INPUT, "phone number \"%s\" %s", mask.data,
              reason);
    buf_free(&mask);
    return false;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The ASCII character that stands for this code point in a number; 0 to drop
 * it, -1 when it has no place in one. Full-width forms, the digits of every
 * script, and the blanks, dashes and direction marks that address books and
 * word processors put between digits. */
static int plain_char(int32_t c)
{
    if (c == '\t' || (c >= ' ' && c < 0x7f))
        return c == '\t' ? ' ' : (int)c;
    if (c >= 0xff01 && c <= 0xff5e)
        return (int)(c - 0xff01 + '!');
    if (c < 0x80)
        return -1;
    int digit = u_charDigitValue(c);
    if (digit >= 0)
        return '0' + digit;
    if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0xad)
        return '-';
    if (c == 0xa0 || c == 0x3000 || c == 0x202f || (c >= 0x2000 && c <= 0x200a))
        return ' ';
    bool marks = (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) ||
                 (c >= 0x2060 && c <= 0x2069) || c == 0xfeff;
    return marks ? 0 : -1;
}

static bool read_plain(struct reading *in)
{
    const char *at = in->text;
    size_t len = strnlen(at, INPUT_MAX + 1);
    size_t n = 0;
    if (len > INPUT_MAX)
        return refuse_phone(in,
                            "is longer than %d bytes, so it is no single "
                            "number; write one number a field",
                            INPUT_MAX);
    for (const char *end = at + len; at < end;) {
        int32_t c = text_next(&at, end);
        int plain = c < 0 ? -1 : plain_char(c);
        if (c < 0)
            return refuse_phone(in, "is not UTF-8; export the file as UTF-8");
        if (plain < 0)
            return refuse_phone(in,
                                "holds the character U+%04X, which has no "
                                "place in a number; take it out",
                                (unsigned)c);
        if (plain > 0)
            in->plain[n++] = (char)plain;
    }
    in->plain[n] = '\0';
    text_trim(in->plain);
    return true;
}

static void drop_start(char *text, size_t count)
{
    memmove(text, text + count, strlen(text + count) + 1);
}

/* "tel:", and the apostrophe by which a spreadsheet keeps a number as text. */
static void drop_wrapping(struct reading *in)
{
    if (in->plain[0] == '\'')
        drop_start(in->plain, 1);
    if (strncasecmp(in->plain, "tel:", 4) == 0)
        drop_start(in->plain, 4);
    text_trim(in->plain);
}

/* What spreadsheets make of numbers. "5.55E+09" has lost its digits for good.
 * "4155552671.0" has lost none, but read naively "415555267.0" would gain a
 * digit and become somebody else's number. */
static bool check_spreadsheet(struct reading *in)
{
    char *p = in->plain;
    size_t run = strspn(p, "0123456789");
    char *rest = p + run;
    if (run > 0 && *rest == '.' && rest[1 + strspn(rest + 1, "0")] == '\0' &&
        rest[1] != '\0' && run >= 7) {
        *rest = '\0';
        return true;
    }
    rest += strspn(rest, ".,0123456789");
    bool power = run > 0 && (*rest == 'E' || *rest == 'e') &&
                 (rest[1] == '+' || is_digit(rest[1])) &&
                 strspn(rest + 1, "+0123456789") == strlen(rest + 1);
    if (power)
        return refuse_phone(in, "was turned into a floating-point number by a "
                                "spreadsheet and lost its digits; format the "
                                "column as text and export it again");
    return true;
}

/* Where an extension's marker begins and its digits, or NULL. A marker counts
 * only with digits and nothing else behind it, so that the x of a vanity
 * number is none. */
static char *find_extension(char *text, const char **digits)
{
    static const char *const markers[] = {";ext=", "extension", "extn",
                                          "ext",   "x",         "#"};
    for (char *at = text; *at != '\0'; at++) {
        if (at > text && is_letter(at[-1]) && is_letter(*at))
            continue;
        for (size_t i = 0; i < sizeof markers / sizeof *markers; i++) {
            size_t len = strlen(markers[i]);
            if (strncasecmp(at, markers[i], len) != 0)
                continue;
            const char *p = at + len;
            p += strspn(p, ".:# ");
            size_t run = strspn(p, "0123456789");
            if (run == 0 || p[run] != '\0')
                continue;
            *digits = p;
            return at;
        }
    }
    return NULL;
}

static bool take_extension(struct reading *in)
{
    const char *digits;
    char *marker = find_extension(in->plain, &digits);
    if (marker == NULL)
        return true;
    if (strlen(digits) >= PHONE_EXT_MAX)
        return refuse_phone(in,
                            "has an extension of more than %d digits; "
                            "write one number a field",
                            PHONE_EXT_MAX - 1);
    text_copy(in->extension, sizeof in->extension, digits);
    *marker = '\0';
    text_trim(in->plain);
    size_t len = strlen(in->plain);
    if (len > 0 && (in->plain[len - 1] == ',' || in->plain[len - 1] == ';'))
        in->plain[len - 1] = '\0';
    return true;
}

/* "+44 (0)20 ...": the trunk prefix somebody wrote down for both readers. */
static void drop_optional_trunk(struct reading *in)
{
    char *zero = strstr(in->plain, "(0)");
    if (zero != NULL && zero != in->plain && strchr(in->plain, '+') != NULL)
        drop_start(zero, 3);
}

static char keypad(char letter)
{
    static const char keys[] = "22233344455566677778889999";
    return keys[(letter | 0x20) - 'a'];
}

/* Takes one letter. Letters are a vanity number only as the whole tail behind
 * at least three digits: "1-800-FLOWERS" is one, "Home 415..." is not. */
static bool collect_letter(struct reading *in, char letter)
{
    if (in->count < 3)
        return refuse_phone(in, "begins with letters; write digits");
    if (in->letters > 0 && keypad(letter) != in->digits[in->count - 1])
        in->word = true;
    in->letters++;
    in->digits[in->count++] = keypad(letter);
    return true;
}

static bool collect_digit(struct reading *in, char digit)
{
    if (in->letters > 0)
        return refuse_phone(in, "has digits after letters; write digits, and "
                                "notes in a field of their own");
    in->digits[in->count++] = digit;
    return true;
}

static bool collect_digits(struct reading *in)
{
    for (const char *p = in->plain; *p != '\0'; p++) {
        if (in->count == DIGITS_MAX)
            return refuse_phone(in, "has too many digits; write one number a "
                                    "field");
        if (is_letter(*p)) {
            if (!collect_letter(in, *p))
                return false;
        } else if (is_digit(*p)) {
            if (!collect_digit(in, *p))
                return false;
        } else if (*p == '+') {
            if (in->plus || in->count > 0)
                return refuse_phone(in, "has a '+' inside; write one number a "
                                        "field");
            in->plus = true;
        } else if (strchr(" -.()/", *p) == NULL) {
            return refuse_phone(in,
                                "holds '%c', which has no place in a "
                                "number; write one number a field",
                                *p);
        }
    }
    in->digits[in->count] = '\0';
    if (in->letters > 0 && (in->letters < 3 || !in->word))
        return refuse_phone(in, "ends in letters that spell no word; write "
                                "digits");
    if (in->count == 0)
        return refuse_phone(in, "has no digits; leave the field empty when "
                                "there is no number");
    return true;
}

static const struct country *country_find(const char *name)
{
    for (size_t i = 0; i < sizeof countries / sizeof *countries; i++) {
        if (text_equal_nocase(countries[i].name, name))
            return &countries[i];
    }
    return NULL;
}

static const struct country *country_by_code(const char *code)
{
    for (size_t i = 0; i < sizeof countries / sizeof *countries; i++) {
        if (strcmp(countries[i].code, code) == 0)
            return &countries[i];
    }
    return NULL;
}

static bool length_fits(const struct country *country, int count)
{
    return count >= country->least && count <= country->most;
}

/* Drops a trunk prefix where exactly a national number is left. */
static bool drop_trunk(struct reading *in, const struct country *country)
{
    for (const char *t = country->trunks; *t != '\0';) {
        size_t len = strcspn(t, " ");
        if (strncmp(in->digits, t, len) == 0 &&
            length_fits(country, in->count - (int)len)) {
            drop_start(in->digits, len);
            in->count -= (int)len;
            return true;
        }
        t += len;
        t += strspn(t, " ");
    }
    return false;
}

/* Takes a national number to country code and number: with its trunk prefix;
 * without one when it has the country's full length (spreadsheets eat leading
 * zeros); with the country code but no '+' when it is too long for anything
 * else. */
static bool read_national(struct reading *in, const struct country *country)
{
    size_t code = strlen(country->code);
    char national[DIGITS_MAX + 1];
    bool zero = in->digits[0] == '0' && country->trunks[0] == '0';
    bool done = drop_trunk(in, country);
    if (!done && !zero && in->count == country->most)
        done = true;
    if (!done && country->trunks[0] == '\0' && length_fits(country, in->count))
        done = true;
    if (!done && !zero && in->count > country->most &&
        strncmp(in->digits, country->code, code) == 0 &&
        length_fits(country, in->count - (int)code)) {
        drop_start(in->digits, code);
        in->count -= (int)code;
        done = true;
    }
    if (!done && country->least == country->most)
        return refuse_phone(in,
                            "has %d digits where a number of %s has %d; "
                            "add what is missing, or write it as +%s ...",
                            in->count, country->name, country->most,
                            country->code);
    if (!done)
        return refuse_phone(in,
                            "cannot be read as a number of %s; write it "
                            "with its area code, as +%s ...",
                            country->name, country->code);
    text_copy(national, sizeof national, in->digits);
    snprintf(in->digits, sizeof in->digits, "%s%s", country->code, national);
    in->count = (int)strlen(in->digits);
    return true;
}

/* Where businesses spell words. Elsewhere "415 unknown" would be a number. */
static bool is_toll_free(const char *nanp)
{
    static const char *const codes[] = {"800", "822", "833", "844",
                                        "855", "866", "877", "888"};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        if (text_starts(nanp, codes[i]))
            return true;
    }
    return false;
}

/* S-1: N is 2..9, and N11 is a service, never an area code or exchange. */
static bool check_nanp(struct reading *in)
{
    const char *n = in->digits + 1;
    if (in->count != 11)
        return refuse_phone(in,
                            "has %d digits after +1 where ten are wanted; "
                            "check it with the patient",
                            in->count - 1);
    for (int i = 0; i < 2; i++) {
        const char *part = i == 0 ? "area code" : "exchange";
        const char *p = n + 3 * i;
        if (p[0] < '2')
            return refuse_phone(in,
                                "has an %s beginning with %c, and none "
                                "does; check it with the patient",
                                part, p[0]);
        if (p[1] == '1' && p[2] == '1')
            return refuse_phone(in,
                                "has the service code %c11 as its %s; "
                                "check it with the patient",
                                p[0], part);
    }
    if (in->letters > 0 && !is_toll_free(n))
        return refuse_phone(in, "ends in letters, which are read as keys only "
                                "in toll-free numbers; write digits");
    if (strspn(n, (const char[]){n[0], '\0'}) == 10)
        return refuse_phone(in, "is one digit ten times, a stand-in for no "
                                "number; leave the field empty");
    return true;
}

/* "+4155552671" from an American export is a number of San Francisco whose 1
 * is missing, not one of Switzerland. Where length does not prove the country
 * after '+', it is refused rather than sent abroad. */
static bool lacks_one(const struct reading *in, const struct country *home)
{
    return home != NULL && home->code[0] == '1' && in->count == 10 &&
           in->digits[0] >= '2' && in->digits[3] >= '2';
}

static bool check_international(struct reading *in, const struct country *home)
{
    char full[DIGITS_MAX + 2];
    snprintf(full, sizeof full, "+%s", in->digits);
    const char *code = phone_country_code(full);
    int len = (int)strlen(code);
    if (len == 0)
        return refuse_phone(in, "begins with no country's code; write the code "
                                "of the country after '+'");
    if (strcmp(code, "1") == 0)
        return check_nanp(in);
    if (in->letters > 0)
        return refuse_phone(in, "has letters; write digits");
    const struct country *country = country_by_code(code);
    int national = in->count - len;
    char *rest = in->digits + len;
    bool zero = country != NULL && strcmp(country->trunks, "0") == 0;
    bool mobile = country != NULL && strcmp(code, "52") == 0 && national == 11;
    /* "+44 020 ..." and Mexico's mobile 1, dropped there in 2019. */
    if ((zero && *rest == '0') || (mobile && *rest == '1')) {
        drop_start(rest, 1);
        in->count--;
        national--;
    }
    if (zero && *rest == '0')
        return refuse_phone(in,
                            "has more than one 0 after the country code "
                            "%s; check it with the patient",
                            code);
    bool fits = country != NULL && length_fits(country, national);
    if (!fits && lacks_one(in, home))
        return refuse_phone(in, "has ten digits after '+' and no country code "
                                "that explains them; write +1 before an "
                                "American number");
    if (in->count > E164_DIGITS || national < COUNTRY_MIN ||
        (country != NULL && !fits))
        return refuse_phone(in,
                            "has %d digits after the country code %s, which "
                            "is too %s; check it with the patient",
                            national, code,
                            national < (country ? country->least : COUNTRY_MIN)
                                ? "few"
                                : "many");
    return true;
}

/* Decides whether the digits begin with a country code, and adds one when
 * they do not. */
static bool read_country(struct reading *in, const char *name)
{
    const struct country *home = country_find(name);
    if (!in->plus && home != NULL && home->abroad[0] != '\0') {
        size_t len = strlen(home->abroad);
        if (strncmp(in->digits, home->abroad, len) == 0) {
            drop_start(in->digits, len);
            in->count -= (int)len;
            in->plus = true;
        }
    }
    if (!in->plus) {
        if (text_blank(name))
            return refuse_phone(in, "has no country code and no country is "
                                    "configured; write it as +1 ..., or set "
                                    "the organisation's country");
        if (home == NULL)
            return refuse_phone(in, "has no country code, and how the "
                                    "configured country writes numbers is not "
                                    "known here; write it with '+' and the "
                                    "country code");
        if (in->letters > 0 && home->code[0] != '1')
            return refuse_phone(in, "has letters; write digits");
        if (!read_national(in, home))
            return false;
    }
    return check_international(in, home);
}

bool phone_normalise(const char *text, const char *country, char out[PHONE_MAX],
                     char extension[PHONE_EXT_MAX], struct error *err)
{
    struct reading in = {.text = text != NULL ? text : "", .err = err};
    if (text_blank(text))
        return error_set(err, ERROR_INPUT,
                         "phone number: is empty; leave the contact point out "
                         "when there is no number");
    if (!read_plain(&in))
        return false;
    drop_wrapping(&in);
    if (!check_spreadsheet(&in) || !take_extension(&in))
        return false;
    drop_optional_trunk(&in);
    if (!collect_digits(&in))
        return false;
    if (phone_is_emergency(in.digits))
        return refuse_phone(&in,
                            "is an emergency or service number, which is "
                            "never dialled (L-2); write the patient's own");
    if (!read_country(&in, country))
        return false;
    char full[PHONE_MAX];
    snprintf(full, sizeof full, "+%.15s", in.digits);
    if (phone_is_emergency(full))
        return refuse_phone(&in,
                            "is an emergency or service number, which is "
                            "never dialled (L-2); write the patient's own");
    text_copy(out, PHONE_MAX, full);
    if (extension != NULL)
        text_copy(extension, PHONE_EXT_MAX, in.extension);
    return true;
}

bool phone_is_emergency(const char *e164_or_short)
{
    /* Emergency calls of the world, 988 and the other N11 services; then
     * poison control and the long forms of the crisis line. */
    static const char *const lines[] = {
        "000",        "100",        "101", "102", "103", "104", "108",
        "110",        "111",        "112", "113", "114", "115", "116",
        "117",        "118",        "119", "120", "122", "123", "133",
        "144",        "190",        "191", "192", "193", "199", "211",
        "311",        "411",        "511", "611", "711", "811", "911",
        "933",        "988",        "995", "997", "998", "999", "8002221222",
        "8002738255", "8007848433",
    };
    if (e164_or_short == NULL)
        return false;
    const char *digits = e164_or_short + (e164_or_short[0] == '+');
    size_t len = strlen(digits);
    if (digits[0] == '1' && (len == 4 || len == 11))
        digits++; /* "1911" and "+18002221222" */
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        if (strcmp(digits, lines[i]) == 0)
            return true;
    }
    return false;
}
