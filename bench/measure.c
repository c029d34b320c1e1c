/* SPDX-License-Identifier: Apache-2.0 */
/* Figures of one run, see measure.h: wall time, CPU a message, peak memory. */
#include "bench/measure.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

long measure_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static int64_t cpu_us(void)
{
    struct rusage used;

    getrusage(RUSAGE_SELF, &used);
    return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * INT64_C(1000000) +
           used.ru_utime.tv_usec + used.ru_stime.tv_usec;
}

void measure_begin(struct measure *measure)
{
    measure->begin_cpu_us = cpu_us();
    measure->begin_ns = measure_ns();
}

void measure_end(const struct measure *measure, const char *name, long done,
                 long ok, int concurrency)
{
    double seconds = (double)(measure_ns() - measure->begin_ns) / 1e9;
    double cpu = (double)(cpu_us() - measure->begin_cpu_us);
    struct rusage used;

    getrusage(RUSAGE_SELF, &used);
    printf("{\"name\":\"%s\",\"concurrency\":%d,\"done\":%ld,\"ok\":%ld,"
           "\"seconds\":%.3f,\"per_second\":%.0f,\"cpu_us\":%.1f,"
           "\"peak_kib\":%ld}\n",
           name, concurrency, done, ok, seconds, (double)done / seconds,
           cpu / (double)done, used.ru_maxrss);
}

int measure_body(char out[MEASURE_BODY_MAX], long id)
{
    return snprintf(
        out, MEASURE_BODY_MAX,
        "id=o%ld&To=%%2B14155550100&From=%%2B14155550199&Body=Lakeside%%3A%%20"
        "you%%20have%%20an%%20appointment%%20on%%20Tue%%2C%%20Dec%%201%%20at%%"
        "209%%3A00%%20AM.%%20Reply%%20C%%20to%%20confirm%%2C%%20STOP%%20to%%20"
        "opt%%20out.",
        id);
}

int measure_mail(char out[MEASURE_MAIL_MAX], long id)
{
    return snprintf(
        out, MEASURE_MAIL_MAX,
        "Date: Mon, 23 Nov 2026 14:15:00 +0000\r\n"
        "From: Lakeside Clinic <" MEASURE_MAIL_FROM ">\r\n"
        "To: " MEASURE_MAIL_TO "\r\n"
        "Subject: Your appointment on Tue, Dec 1\r\n"
        "Message-ID: <o%ld@lakeside.example>\r\n"
        "MIME-Version: 1.0\r\n"
        "Auto-Submitted: auto-generated\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n\r\n"
        "Lakeside Clinic: you have an appointment on Tue, Dec 1 at 9:00 AM.\r\n"
        "Please bring your insurance card and a list of your medicines.\r\n"
        "If you cannot come, call us at 415 555 0199, so that somebody else\r\n"
        "can have the time. We look forward to seeing you.\r\n",
        id);
}

void measure_files(void)
{
    struct rlimit files;

    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
}

static int longer(const void *a, const void *b)
{
    const long *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

double measure_percentile_us(long *took_ns, long count, int percent)
{
    qsort(took_ns, (size_t)count, sizeof(*took_ns), longer);
    return (double)took_ns[count * percent / 100] / 1e3;
}
