/* SPDX-License-Identifier: Apache-2.0 */
int main(void)
{
    system("ls");
    strcat(a, b);
    return (int)time(0);
}
