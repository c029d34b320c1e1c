/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_FEEDS_WARD_H
#define TESTS_FEEDS_WARD_H

#include "base/buf.h"

#include "feeds/fact.h"
#include "feeds/intake.h"
#include "feeds/stream.h"
#include "feeds/terms.h"

#include "tests/feeds/fixture.h"

struct fhir_take;
struct hl7_take;

/* The n-th order of so many things, of as many as there are. */
void ward_order(size_t n, size_t count, size_t order[]);

/* A store that messages go into, one by one. All of these fail the test when
 * they cannot. */
struct ward {
    struct fixture fixture;
    struct terms *terms;
    struct intake *intake;
    struct intake_counts counts; /* of all messages */
    struct buf told;             /* "row PID-3: why; field ..." */
    const char *mrn_authority;
};

void ward_open(struct ward *ward);
void ward_close(struct ward *ward);
/* From now on the record numbers are this one's. */
void ward_mrn_authority(struct ward *ward, const char *authority);
/* And those of another one, whose numbers are the same. */
void ward_authorities(struct ward *ward, const char *authority,
                      const char *also);
void ward_take(struct ward *ward, const struct facts *facts);
void ward_hl7(struct ward *ward, const char *text);
void ward_fhir(struct ward *ward, const char *text);
/* A message, or a resource where it begins with a brace. */
void ward_say(struct ward *ward, const char *text);
/* The entry of a Bundle with this address; NULL: it has none. */
void ward_entry(struct ward *ward, const char *url, const char *text);
/* What the query says, as fixture_ask(). */
void ward_expect(struct ward *ward, const char *about, const char *sql,
                 const char *want);

/* Messages as they come over MLLP, each in a transaction of its own. */
struct hl7_take *ward_take_new(struct ward *ward);
/* The code of the answer to one (MSA-1), what it was taken for, and the place
 * of the first thing that is wrong. */
const char *ward_live(struct ward *ward, struct hl7_take *take,
                      const char *text);

/* Bundles as they are posted, each in a transaction of its own: the status of
 * the answer. */
struct fhir_take *ward_post_new(const struct ward *ward);
int ward_post(struct ward *ward, struct fhir_take *take, const char *text);

/* A file of them: what is bad in it is told, the rest in fixture.report. */
void ward_bulk(struct ward *ward, enum stream_kind kind, const char *name,
               const char *text);

#define MSG(type, at, rest)                                             \
    "MSH|^~\\&|EPIC|MAIN|OUT|X|" at "||" type "|" at "|P|2.5\rEVN||" at \
    "\r" rest
/* The same of another house. */
#define FROM(facility, type, at, rest)                                         \
    "MSH|^~\\&|ADT|" facility "|OUT|X|" at "||" type "|" at "|P|2.5\rEVN||" at \
    "\r" rest
#define ANN                                                             \
    "PID|1||M1^^^MAIN^MR~E7^^^EPI^PI||Doe^Ann||19800229|F|||1 Elm St^^" \
    "Denver^CO^80202^USA^H||^PRN^CP^^^303^5550100\r"
#define SCH(start) \
    "SCH||F9||||||^Check-up|30|min|^^^" start "||||||||||||||Booked\r"

#endif
