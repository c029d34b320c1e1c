int fine(void);
int fine(void)
{
    return 0;
}
