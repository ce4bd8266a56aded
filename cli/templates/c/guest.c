/* Greets whom its input names. */
#include "icn.h"

#define NAME_MAX_BYTES 4096

static const char hello[] = "hello, ";
static char name[NAME_MAX_BYTES];

/* The entry point. The result is the run's own; below zero it says which call failed. */
ICN_EXPORT(run)
int64_t run(void) {
    int64_t length = host_read_input(name, sizeof name);
    if (length < 0) return length;
    /* What does not fit is not written, so that nobody works on half an answer. */
    if (length > NAME_MAX_BYTES) return -ICN_RESOURCE_LIMIT_EXCEEDED;
    while (length > 0 && name[length - 1] == '\n') length--;

    int64_t written = host_write_output(hello, sizeof hello - 1);
    if (written < 0) return written;
    written = host_write_output(name, (size_t)length);
    if (written < 0) return written;
    return host_write_output("\n", 1);
}
