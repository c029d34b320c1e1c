/* SPDX-License-Identifier: Apache-2.0 */
#ifndef B
#define B
size_t needs_more(void);
#endif
