/* SPDX-License-Identifier: Apache-2.0
 *
 * The part of base/text.h that speaks through ICU: folding of people's words,
 * localised dates and times, plural categories. Formatters are slow to open
 * and not safe to share, so each thread keeps its own few. ICU's time zones
 * and its default locale are never asked: the wall time is formatted as if it
 * were GMT, and a language ICU does not know is answered in English, not in
 * the language of the machine. Dates are always Gregorian, as clinics book.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/uchar.h>
#include <unicode/udat.h>
#include <unicode/udatpg.h>
#include <unicode/uloc.h>
#include <unicode/unorm2.h>
#include <unicode/upluralrules.h>
#include <unicode/ures.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

#define LANGUAGE_MAX 36
#define CACHE_MAX 24 /* languages one thread keeps open */
#define STYLES 4

/* People's words longer than this are not folded but overflow. */
#define WORDS_MAX ((size_t)1 << 20)

/* What was said lately: messages to many people name few days and times, and
 * formatting one costs more than all the rest of a text. */
#define SAID_SLOTS 64
#define SAID_MAX 56
struct said {
    int64_t about;       /* the day's number, or the minute of the day */
    char text[SAID_MAX]; /* "" = empty slot */
};

struct speaker {
    char language[LANGUAGE_MAX]; /* as asked for; "" = empty slot */
    char locale[ULOC_FULLNAME_CAPACITY];
    UDateFormat *dates[STYLES];
    struct said *said[STYLES];
    UPluralRules *plurals;
};

struct cache {
    struct speaker speakers[CACHE_MAX];
    unsigned next; /* the slot that gives way when all are taken */
};

static pthread_key_t cache_key;
static pthread_once_t cache_once = PTHREAD_ONCE_INIT;
static _Thread_local struct cache *thread_cache;

static void speaker_close(struct speaker *speaker)
{
    for (int i = 0; i < STYLES; i++) {
        udat_close(speaker->dates[i]);
        free(speaker->said[i]);
    }
    uplrules_close(speaker->plurals);
    memset(speaker, 0, sizeof *speaker);
}

static void cache_free(void *arg)
{
    struct cache *cache = arg;
    for (int i = 0; i < CACHE_MAX; i++)
        speaker_close(&cache->speakers[i]);
    free(cache);
    thread_cache = NULL;
}

static void key_make(void)
{
    if (pthread_key_create(&cache_key, cache_free) != 0)
        PANIC("no thread-specific key left for the date formatters");
}

static struct cache *cache_get(void)
{
    if (thread_cache == NULL) {
        pthread_once(&cache_once, key_make);
        thread_cache = memory_new(sizeof *thread_cache);
        if (pthread_setspecific(cache_key, thread_cache) != 0)
            PANIC("no memory for the date formatters");
    }
    return thread_cache;
}

/* Whether ICU has words for this locale itself. Asking is the only way to
 * tell: its services silently fall back to the machine's own language. */
static bool locale_known(const char *locale)
{
    UErrorCode status = U_ZERO_ERROR;
    UResourceBundle *bundle = ures_open(NULL, locale, &status);
    bool known = U_SUCCESS(status) && status != U_USING_DEFAULT_WARNING;
    if (known) {
        UErrorCode ignored = U_ZERO_ERROR;
        const char *valid =
            ures_getLocaleByType(bundle, ULOC_VALID_LOCALE, &ignored);
        known = valid != NULL && strcmp(valid, "root") != 0;
    }
    ures_close(bundle);
    return known;
}

/* ISO 639-2/B, which libraries and many health records use; ICU knows the
 * other three-letter codes. */
static const char bibliographic[][2][4] = {
    {"alb", "sq"}, {"arm", "hy"}, {"baq", "eu"}, {"bur", "my"}, {"chi", "zh"},
    {"cze", "cs"}, {"dut", "nl"}, {"fre", "fr"}, {"geo", "ka"}, {"ger", "de"},
    {"gre", "el"}, {"ice", "is"}, {"mac", "mk"}, {"mao", "mi"}, {"may", "ms"},
    {"per", "fa"}, {"rum", "ro"}, {"slo", "sk"}, {"tib", "bo"}, {"wel", "cy"},
};
/* Undetermined, several, uncoded, no words at all; and for private use. */
static bool names_none(const char *code)
{
    static const char *const none[] = {"und", "mul", "mis", "zxx"};
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
        if (text_equal_nocase(code, none[i]))
            return true;
    return strlen(code) == 3 && strncasecmp(code, "qaa", 3) >= 0 &&
           strncasecmp(code, "qtz", 3) <= 0;
}

bool text_language(const char *code, char out[4])
{
    char found[ULOC_LANG_CAPACITY];
    UErrorCode status = U_ZERO_ERROR;
    size_t len = strlen(code);
    if (len < 2 || len > 3 || names_none(code))
        return false;
    for (size_t i = 0; i < sizeof(bibliographic) / sizeof(bibliographic[0]);
         i++)
        if (text_equal_nocase(code, bibliographic[i][0]))
            code = bibliographic[i][1];
    uloc_getLanguage(code, found, sizeof(found), &status);
    len = strlen(found);
    if (U_FAILURE(status) || len < 2 || len > 3 ||
        (len == 2 && uloc_getISO3Language(found)[0] == '\0'))
        return false;
    text_copy(out, 4, found);
    return true;
}

/* A subtag of two letters or three digits behind the first ("es-419"). */
static bool has_region(const char *tag)
{
    for (const char *at = strchr(tag, '-'); at; at = strchr(at, '-')) {
        size_t len = strcspn(++at, "-");
        if (len == 2 || (len == 3 && at[0] >= '0' && at[0] <= '9'))
            return true;
    }
    return false;
}

const char *text_tag(const char *language, const char *country,
                     char out[TEXT_TAG_MAX])
{
    if (!country || text_blank(language) || has_region(language))
        return language;
    snprintf(out, TEXT_TAG_MAX, "%s-%s", language, country);
    return out;
}

/* BCP 47 to ICU's name; English when it is not well formed or unknown. */
static void locale_from(const char *language, char *out, size_t size)
{
    char tag[LANGUAGE_MAX];
    char base[ULOC_FULLNAME_CAPACITY];
    char locale[ULOC_FULLNAME_CAPACITY];
    UErrorCode status = U_ZERO_ERROR;
    int32_t parsed = 0;
    text_copy(tag, sizeof tag, language);
    for (char *p = tag; *p != '\0'; p++) {
        if (*p == '_')
            *p = '-';
    }
    int32_t len = uloc_forLanguageTag(tag, locale, (int32_t)sizeof locale,
                                      &parsed, &status);
    bool good = U_SUCCESS(status) && status != U_STRING_NOT_TERMINATED_WARNING;
    if (good && len > 0) {
        len = uloc_getBaseName(locale, base, (int32_t)sizeof base, &status);
        good = U_SUCCESS(status) && len > 0 && locale_known(base);
    }
    if (!good || len <= 0)
        text_copy(base, sizeof base, "en");
    text_copy(out, size, base);
    size_t used = strlen(out);
    text_copy(out + used, size - used, "@calendar=gregorian");
}

static struct speaker *speaker_get(const char *language)
{
    char key[LANGUAGE_MAX];
    text_copy(key, sizeof key, text_blank(language) ? "en" : language);
    struct cache *cache = cache_get();
    struct speaker *empty = NULL;
    for (int i = 0; i < CACHE_MAX && empty == NULL; i++) {
        struct speaker *speaker = &cache->speakers[i];
        if (speaker->language[0] == '\0')
            empty = speaker;
        else if (strcmp(speaker->language, key) == 0)
            return speaker;
    }
    if (empty == NULL) {
        empty = &cache->speakers[cache->next++ % CACHE_MAX];
        speaker_close(empty);
    }
    text_copy(empty->language, sizeof empty->language, key);
    locale_from(key, empty->locale, sizeof empty->locale);
    return empty;
}

static const UChar *style_skeleton(enum text_date_style style)
{
    switch (style) {
    case TEXT_DATE_DAY:
        return u"EEEMMMd";
    case TEXT_DATE_DATE:
        return u"yMMMMd";
    case TEXT_DATE_TIME:
        return u"jm";
    case TEXT_DATE_WEEKDAY:
        return u"EEEE";
    }
    PANIC("no such style of date: %d", (int)style);
}

/* Opening fails only when ICU's data is missing or memory is gone: then no
 * message can be rendered at all, so this stops instead of guessing. */
static UDateFormat *date_open(const char *locale, enum text_date_style style)
{
    UChar pattern[128];
    UErrorCode status = U_ZERO_ERROR;
    UDateTimePatternGenerator *patterns = udatpg_open(locale, &status);
    int32_t len = udatpg_getBestPattern(
        patterns, style_skeleton(style), -1, pattern,
        (int32_t)(sizeof pattern / sizeof *pattern), &status);
    udatpg_close(patterns);
    UDateFormat *dates = udat_open(UDAT_PATTERN, UDAT_PATTERN, locale, u"GMT",
                                   -1, pattern, len, &status);
    if (U_FAILURE(status) || dates == NULL)
        PANIC("ICU cannot format dates for %s: %s; is its data installed?",
              locale, u_errorName(status));
    return dates;
}

/* One code point of UTF-16. ICU's own macro for this mixes signs, which our
 * warnings refuse; a lone surrogate comes out as itself and is then written
 * as U+FFFD by text_put(). */
static UChar32 next_point(const UChar *text, int32_t len, int32_t *at)
{
    UChar32 c = text[(*at)++];
    if ((c & ~0x3ff) == 0xd800 && *at < len && (text[*at] & ~0x3ff) == 0xdc00)
        c = 0x10000 + ((c & 0x3ff) << 10) + (text[(*at)++] & 0x3ff);
    return c;
}

static void put_utf16(struct buf *out, const UChar *text, int32_t len)
{
    for (int32_t i = 0; i < len;)
        text_put(out, next_point(text, len, &i));
}

/* Where this day or time of day was or will be kept. */
static struct said *said_find(struct speaker *speaker, struct civil local,
                              enum text_date_style style, int64_t *about)
{
    int64_t seconds = civil_seconds(local);
    int64_t day = civil_days(local.date);
    *about = style == TEXT_DATE_TIME ? (seconds - day * 86400) / 60 : day;
    if (!speaker->said[style])
        speaker->said[style] = memory_new(SAID_SLOTS * sizeof(struct said));
    uint64_t mixed = (uint64_t)*about * UINT64_C(0x9e3779b97f4a7c15);
    return &speaker->said[style][(mixed >> 32) % SAID_SLOTS];
}

static void date_say(struct buf *out, struct speaker *speaker,
                     struct civil local, enum text_date_style style)
{
    UDateFormat **dates = &speaker->dates[style];
    if (*dates == NULL)
        *dates = date_open(speaker->locale, style);
    UChar text[160];
    UErrorCode status = U_ZERO_ERROR;
    int32_t max = (int32_t)(sizeof text / sizeof *text);
    int32_t len = udat_format(*dates, (double)civil_seconds(local) * 1000.0,
                              text, max, NULL, &status);
    if (U_FAILURE(status))
        PANIC("ICU cannot format a date: %s", u_errorName(status));
    len = len < max ? len : max;
    for (int32_t i = 0; i < len; i++) {
        if (text[i] == 0x202f || text[i] == 0xa0)
            text[i] = ' ';
    }
    put_utf16(out, text, len);
}

void text_date(struct buf *out, struct civil local, const char *language,
               enum text_date_style style)
{
    struct speaker *speaker = speaker_get(language);
    int64_t about;
    struct said *said = said_find(speaker, local, style, &about);
    if (said->text[0] != '\0' && said->about == about) {
        buf_text(out, said->text);
        return;
    }
    struct buf text;
    buf_init(&text, 1024);
    date_say(&text, speaker, local, style);
    if (text.len > 0 && text.len < SAID_MAX) {
        said->about = about;
        text_copy(said->text, sizeof said->text, text.data);
    }
    buf_add(out, text.data, text.len);
    buf_free(&text);
}

const char *text_plural(int64_t count, const char *language)
{
    static const char *const categories[] = {"zero", "one",  "two",
                                             "few",  "many", "other"};
    struct speaker *speaker = speaker_get(language);
    UErrorCode status = U_ZERO_ERROR;
    if (speaker->plurals == NULL)
        speaker->plurals = uplrules_open(speaker->locale, &status);
    UChar word[16];
    char name[16] = "";
    int32_t len =
        uplrules_select(speaker->plurals, (double)count, word,
                        (int32_t)(sizeof word / sizeof *word), &status);
    if (U_SUCCESS(status) && len < (int32_t)sizeof name)
        u_UCharsToChars(word, name, len + 1);
    for (size_t i = 0; i < sizeof categories / sizeof *categories; i++) {
        if (strcmp(name, categories[i]) == 0)
            return categories[i];
    }
    return "other";
}

/* UTF-8 to UTF-16, malformed bytes as U+FFFD; free() it. UTF-16 never has
 * more units than UTF-8 has bytes. */
static UChar *utf16_from(const char *text, size_t bytes, int32_t *len)
{
    UChar *units = memory_new((bytes + 1) * sizeof *units);
    UErrorCode status = U_ZERO_ERROR;
    u_strFromUTF8WithSub(units, (int32_t)bytes + 1, len, text, (int32_t)bytes,
                         0xfffd, NULL, &status);
    if (U_FAILURE(status))
        *len = 0;
    return units;
}

/* One normalisation; free() the answer. No form makes text more than 18 times
 * longer (Unicode's own bound for NFKC and its case-folding). */
static UChar *normalised(const UNormalizer2 *form, const UChar *text,
                         int32_t len, int32_t *out_len)
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t room = len + 16;
    UChar *out = memory_new((size_t)room * sizeof *out);
    *out_len = unorm2_normalize(form, text, len, out, room, &status);
    if (status == U_BUFFER_OVERFLOW_ERROR) {
        room = *out_len + 1;
        free(out);
        out = memory_new((size_t)room * sizeof *out);
        status = U_ZERO_ERROR;
        *out_len = unorm2_normalize(form, text, len, out, room, &status);
    }
    if (U_FAILURE(status))
        *out_len = 0;
    return out;
}

/* NFKC_Casefold: NFKC and case folding in one stable step. It also drops what
 * shows nothing (zero-width joiners, variation selectors), so that a STOP
 * pasted with one inside is still a STOP. */
static UChar *folded(struct buf *out, const char *text, int32_t *len)
{
    UErrorCode status = U_ZERO_ERROR;
    size_t bytes = strnlen(text, WORDS_MAX + 1);
    if (bytes > WORDS_MAX) {
        out->overflow = true;
        bytes = 0;
    }
    const UNormalizer2 *form = unorm2_getNFKCCasefoldInstance(&status);
    if (U_FAILURE(status))
        PANIC("ICU has no normalisation data: %s", u_errorName(status));
    int32_t units;
    UChar *wide = utf16_from(text, bytes, &units);
    UChar *fold = normalised(form, wide, units, len);
    free(wide);
    return fold;
}

void text_fold(struct buf *out, const char *text)
{
    int32_t len;
    UChar *fold = folded(out, text, &len);
    put_utf16(out, fold, len);
    free(fold);
}

/* Latin letters whose stroke or dot is no combining mark, so that no
 * decomposition takes it off. Only small ones: the text is folded before. */
static const char *plain_letter(UChar32 c)
{
    static const struct {
        UChar32 letter;
        const char *plain;
    } letters[] = {
        {0x00e6, "ae"}, {0x00f0, "d"}, {0x00f8, "o"},  {0x00fe, "th"},
        {0x0111, "d"},  {0x0127, "h"}, {0x0131, "i"},  {0x0138, "k"},
        {0x0142, "l"},  {0x014b, "n"}, {0x0153, "oe"}, {0x0167, "t"},
        {0x0180, "b"},  {0x0199, "k"}, {0x01a5, "p"},  {0x01b4, "y"},
        {0x0192, "f"},  {0x0253, "b"}, {0x0256, "d"},  {0x0257, "d"},
        {0x0260, "g"},  {0x0268, "i"}, {0x0272, "n"},  {0x0289, "u"},
    };
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++) {
        if (letters[i].letter == c)
            return letters[i].plain;
    }
    return NULL;
}

/* Copies decomposed text without the marks that sit on Latin letters; marks
 * of other scripts are letters in their own right and stay. */
static int32_t strip_marks(const UChar *text, int32_t len, UChar *out)
{
    bool latin = false;
    int32_t n = 0;
    for (int32_t i = 0; i < len;) {
        UErrorCode status = U_ZERO_ERROR;
        UChar32 c = next_point(text, len, &i);
        if (u_charType(c) == U_NON_SPACING_MARK) {
            if (latin)
                continue;
        } else {
            latin = uscript_getScript(c, &status) == USCRIPT_LATIN;
        }
        const char *plain = latin ? plain_letter(c) : NULL;
        for (; plain != NULL && *plain != '\0'; plain++) {
            out[n++] = (UChar)*plain;
            c = -1;
        }
        if (c >= 0)
            U16_APPEND_UNSAFE(out, n, c);
    }
    return n;
}

void text_fold_plain(struct buf *out, const char *text)
{
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *apart = unorm2_getNFDInstance(&status);
    const UNormalizer2 *together = unorm2_getNFCInstance(&status);
    if (U_FAILURE(status))
        PANIC("ICU has no normalisation data: %s", u_errorName(status));
    int32_t len;
    UChar *fold = folded(out, text, &len);
    UChar *loose = normalised(apart, fold, len, &len);
    free(fold);
    /* A letter gives at most two: "ae". */
    UChar *bare = memory_new((size_t)(2 * len + 1) * sizeof *bare);
    len = strip_marks(loose, len, bare);
    free(loose);
    UChar *words = normalised(together, bare, len, &len);
    free(bare);
    put_utf16(out, words, len);
    free(words);
}
