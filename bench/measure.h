/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <stdint.h>

/* What the benchmarks of io/ share: one line of figures a run, as JSON. */
struct measure {
    int64_t begin_ns;
    int64_t begin_cpu_us;
};

void measure_begin(struct measure *measure);
/* {"name":..., "done":..., "per_second":..., "cpu_us":..., ...} */
void measure_end(const struct measure *measure, const char *name, long done,
                 long ok, int concurrency);
/* The body every sender posts: about 215 bytes with a distinct id. */
#define MEASURE_BODY_MAX 512
int measure_body(char out[MEASURE_BODY_MAX], long id);
/* The message every sender mails: about 700 bytes with a distinct id. */
#define MEASURE_MAIL_MAX 2048
#define MEASURE_MAIL_FROM "noreply@lakeside.example"
#define MEASURE_MAIL_TO "ann@patient.example"
int measure_mail(char out[MEASURE_MAIL_MAX], long id);
/* A clock for spans. */
long measure_ns(void);
/* Of how long each of `count` took, which get sorted: what so many in a hundred
 * did not exceed, in microseconds. */
double measure_percentile_us(long *took_ns, long count, int percent);
/* As many descriptors as the system allows. */
void measure_files(void);

#endif
