/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Histories in conditions: "confirmed", "screened 'x' within 12 months", "no
 * abnormal 'x' result open". The catalogue says how each is written; of all
 * that fit, the one with most words is meant.
 */
#include "campaigns/expression_parse.h"

#include <string.h>

#include "base/memory.h"

#include "campaigns/bundle.h"

/* How many tokens from `at` on are the words of `phrase`, one by one; 0 when
 * they are not. */
static size_t match_words(const struct parser *parser, size_t at,
                          const char *phrase)
{
    size_t count = 0;
    while (*phrase != '\0') {
        size_t len = strcspn(phrase, " ");
        if (at + count >= parser->tokens.count)
            return 0;
        const struct token *token = &parser->tokens.items[at + count];
        if (token->kind != TOKEN_WORD || token->len != len ||
            strncmp(token->at, phrase, len) != 0)
            return 0;
        count++;
        phrase += len;
        phrase += strspn(phrase, " ");
    }
    return count;
}

/* How well a history fits here: more words before the subject first, then
 * the subject, then the words behind it. 0: not at all. */
static size_t history_fit(const struct parser *parser,
                          const struct history *history)
{
    size_t words = match_words(parser, parser->at, history->name);
    if (words == 0)
        return 0;
    size_t fit = words * 4;
    size_t at = parser->at + words;
    bool quoted = parser->tokens.items[at].kind == TOKEN_TEXT;
    if (history->has_subject == quoted)
        fit += 2;
    if (history->has_subject && quoted && history->suffix != NULL)
        fit += match_words(parser, at + 1, history->suffix) > 0 ? 1 : 0;
    return fit;
}

/* "no abnormal 'x'" and "no abnormal 'x' result open" differ only behind the
 * subject: without its suffix a history does not fit when another does. */
static const struct history *find_history(const struct parser *parser)
{
    const struct history *best = NULL;
    const struct history *history;
    size_t best_fit = 0;
    for (size_t i = 0; (history = history_at(parser->anchor, i)) != NULL; i++) {
        size_t fit = history_fit(parser, history);
        bool plainer = fit == best_fit && best != NULL &&
                       best->suffix != NULL && history->suffix == NULL;
        if (fit > best_fit || (fit > 0 && plainer)) {
            best = history;
            best_fit = fit;
        }
    }
    return best;
}

static bool parse_subject(struct parser *parser, const struct history *history,
                          struct predicate *predicate)
{
    const struct token *subject = parser_token(parser);
    if (!history->has_subject)
        return true;
    if (subject->kind != TOKEN_TEXT) {
        parser_fault(parser, subject, "'%s' wants a name in quotes: %s 'x'%s%s",
                     history->name, history->name,
                     history->suffix != NULL ? " " : "",
                     history->suffix != NULL ? history->suffix : "");
        return false;
    }
    parser->at++;
    predicate->subject = subject->text;
    if (history->suffix != NULL) {
        size_t words = match_words(parser, parser->at, history->suffix);
        if (words == 0) {
            parser_fault(parser, parser_token(parser),
                         "'%s' goes on like this: %s '%s' %s", history->name,
                         history->name, subject->text, history->suffix);
            return false;
        }
        parser->at += words;
    }
    const char *nearest = NULL;
    if (parser->measures != NULL)
        predicate->measure =
            parser->measures(parser->measures_arg, subject->text, &nearest);
    if (!history->needs_measure && nearest != NULL)
        faults_add(parser->faults, FAULT_WARNING, parser->place->file,
                   parser->place->line, parser->place->column + subject->column,
                   "no measure '%s', so this is a test of that name; did you "
                   "mean the measure '%s'?",
                   subject->text, nearest);
    if (!history->needs_measure || predicate->measure != NULL)
        return true;
    if (parser->measures == NULL)
        parser_fault(parser, subject, "a measure names no other measure");
    else if (nearest != NULL)
        parser_fault(parser, subject, "no measure '%s'; did you mean '%s'?",
                     subject->text, nearest);
    else
        parser_fault(parser, subject,
                     "no measure '%s': it wants a file measures/%s.json",
                     subject->text, subject->text);
    return true;
}

static bool parse_within(struct parser *parser, const struct history *history,
                         struct predicate *predicate)
{
    const struct token *word = parser_token(parser);
    if (!parser_take(parser, "within"))
        return true;
    if (!history->has_within)
        parser_fault(parser, word, "'%s' knows no 'within'", history->name);
    const struct token *number = parser_token(parser);
    if (!lex_duration(parser->tokens.items, &parser->at, &predicate->within)) {
        parser_fault(parser, number,
                     "'within' wants a length of time: within 12 months");
        return false;
    }
    predicate->has_within = true;
    if (predicate->within.count == 0)
        parser_fault(parser, number, "'within' nothing is never true");
    if (predicate->within.unit == UNIT_BUSINESS_DAYS ||
        predicate->within.unit == UNIT_OPEN_HOURS)
        parser_fault(parser, number,
                     "conditions count in minutes, hours, days, weeks, months "
                     "or years");
    if (parser_take(parser, "of")) {
        const struct token *entry = parser_token(parser);
        if (history->ahead) {
            parser_fault(parser, entry, "'%s' looks ahead from today",
                         history->name);
            return false;
        }
        if (!parser_take(parser, "entry")) {
            parser_fault(parser, entry, "'of' goes on with 'entry'");
            return false;
        }
        predicate->of_entry = true;
    }
    return true;
}

struct predicate *parse_history(struct parser *parser, bool *found)
{
    const struct token *first = parser_token(parser);
    const struct history *history = find_history(parser);
    *found = history != NULL;
    if (history == NULL)
        return NULL;
    struct predicate *predicate = parser_new(parser, PREDICATE_HISTORY, first);
    predicate->history = history;
    parser->at += match_words(parser, parser->at, history->name);
    if (!parse_subject(parser, history, predicate) ||
        !parse_within(parser, history, predicate))
        return NULL;
    return parser_finish(parser, predicate, first);
}
