/* Loaded before libc: every write to a file whose path holds FULL_DISK fails as on a full disk. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static int isFull(int descriptor) {
  const char* part = getenv("FULL_DISK");
  if (part == NULL || *part == '\0') return 0;
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  const ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = '\0';
  return strstr(path, part) != NULL;
}

#define FAILING(name, parameters, ...)                                             \
  ssize_t name parameters {                                                        \
    static ssize_t(*real) parameters;                                              \
    if (real == NULL) real = (ssize_t(*) parameters)dlsym(RTLD_NEXT, #name);       \
    if (isFull(descriptor)) {                                                      \
      errno = ENOSPC;                                                              \
      return -1;                                                                   \
    }                                                                              \
    return real(__VA_ARGS__);                                                      \
  }

FAILING(write, (int descriptor, const void* bytes, size_t count), descriptor, bytes, count)
FAILING(pwrite, (int descriptor, const void* bytes, size_t count, off_t at), descriptor, bytes, count, at)
FAILING(pwrite64, (int descriptor, const void* bytes, size_t count, off64_t at), descriptor, bytes, count, at)
FAILING(writev, (int descriptor, const struct iovec* parts, int count), descriptor, parts, count)
FAILING(pwritev, (int descriptor, const struct iovec* parts, int count, off_t at), descriptor, parts, count, at)
FAILING(pwritev64, (int descriptor, const struct iovec* parts, int count, off64_t at), descriptor, parts, count, at)
