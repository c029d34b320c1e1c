/* SPDX-License-Identifier: Apache-2.0 */
/* time(NULL) in a comment is fine, and so is "system(" in a text. */
int main(void)
{
    puts("system(3) and sprintf(3) are not called");
    event_time(x);
    x->time(3);
    start = time(NULL);
    uv_hrtime();
    system("ls");
    strcpy (a, b);
    snprintf(a, 3, "x");
    sprintf(a, "x");
    char *room = alloca(3);
    printf("%s", a);
    return 0;
}
