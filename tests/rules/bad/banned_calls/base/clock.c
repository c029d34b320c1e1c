/* SPDX-License-Identifier: Apache-2.0 */
instant clock_now(void)
{
    return clock_gettime(CLOCK_REALTIME, &at);
}
