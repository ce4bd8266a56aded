/* A wall clock that is wrong: loaded before the C library, it adds CLOCK_OFF_S seconds to the time of day, as
   the operating system would on a machine whose clock was never set. What is monotonic stays as it is. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t clock, struct timespec *at) {
    long failed = syscall(SYS_clock_gettime, clock, at);
    const char *off = getenv("CLOCK_OFF_S");
    if (failed == 0 && clock == CLOCK_REALTIME && off != NULL) {
        at->tv_sec += atol(off);
    }
    return (int)failed;
}
