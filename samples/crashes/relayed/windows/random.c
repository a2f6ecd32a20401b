int ProcessPrng(unsigned char *p, unsigned long long n) { static unsigned s = 12345; while (n--) { s = s * 1103515245u + 12345u; *p++ = (unsigned char)(s >> 16); } return 1; }
