/* SPDX-License-Identifier: Apache-2.0 */
// TODO: later
#if 0
int x;
#endif
int TODOS;
