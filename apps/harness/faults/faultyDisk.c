/*
 * Loaded before libc: tells, delays or fails file operations of the harness and its workers, or ends the process at one of
 * them; and sets their clock and host name.
 *
 * FAULT_SCOPE          folders, parted by colons; operations elsewhere are left alone
 * FAULT_TRACE          a file that gets a line "ROLE OP PATH" for every operation
 * FAULT_DO             kill-before | kill-after | fail | delay
 * FAULT_ROLE           the command whose processes are meant, such as run or worker
 * FAULT_OP             a name below; "any" is any of them
 * FAULT_PATH           an extended regular expression that the path matches
 * FAULT_FIRST, _LAST   which of a process's operations, counted from 1
 * FAULT_NUMBER         errno of a failure, milliseconds of a delay
 * FAULT_HAPPENED       a file that is made when it happens; a kill happens only as long as there is none
 * FAULT_CLOCK_OFFSET_S, FAULT_HOSTNAME
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <regex.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

static struct {
  char role[32];
  const char *scope, *trace, *what, *operation, *happened;
  regex_t path;
  long first, last, number;
} settings;
static atomic_long seen;

static const char* get(const char* name) {
  const char* value = getenv(name);
  return value != NULL && *value != '\0' ? value : NULL;
}

static long getNumber(const char* name, long otherwise) {
  const char* value = get(name);
  return value == NULL ? otherwise : atol(value);
}

/* The role is the word of the command line behind the harness's file; other programs have none, and are left alone. */
static int findRole(void) {
  char line[8192];
  FILE* file = fopen("/proc/self/cmdline", "r");
  if (file == NULL) return 0;
  const size_t length = fread(line, 1, sizeof line - 1, file);
  fclose(file);
  line[length] = '\0';
  for (char* word = line; word < line + length; word += strlen(word) + 1) {
    char* next = word + strlen(word) + 1;
    if (strstr(word, "bin/harness.cjs") == NULL || next >= line + length) continue;
    snprintf(settings.role, sizeof settings.role, "%s", next);
    return 1;
  }
  return 0;
}

__attribute__((constructor)) static void begin(void) {
  if (!findRole()) return;
  settings.trace = get("FAULT_TRACE");
  settings.what = get("FAULT_DO");
  if (settings.what != NULL) {
    const char* role = get("FAULT_ROLE");
    const char* path = get("FAULT_PATH");
    settings.operation = get("FAULT_OP");
    settings.happened = get("FAULT_HAPPENED");
    settings.first = getNumber("FAULT_FIRST", 1);
    settings.last = getNumber("FAULT_LAST", LONG_MAX);
    settings.number = getNumber("FAULT_NUMBER", 0);
    if (settings.operation == NULL || path == NULL || regcomp(&settings.path, path, REG_EXTENDED | REG_NOSUB) != 0) abort();
    if (role != NULL && strcmp(role, settings.role) != 0) settings.what = NULL;
  }
  settings.scope = get("FAULT_SCOPE");
}

static int isInScope(const char* path) {
  for (const char* folder = settings.scope; folder != NULL; folder = strchr(folder, ':')) {
    if (*folder == ':') folder += 1;
    const size_t length = strcspn(folder, ":");
    if (strncmp(path, folder, length) == 0 && (path[length] == '/' || path[length] == '\0')) return 1;
  }
  return 0;
}

/* Fills in the absolute path of a name; whether it is in scope. */
static int locate(int folder, const char* name, char path[PATH_MAX]) {
  if (settings.scope == NULL) return 0;
  if (name != NULL && *name == '/') {
    snprintf(path, PATH_MAX, "%s", name);
    return isInScope(path);
  }
  char link[64];
  if (folder == AT_FDCWD) snprintf(link, sizeof link, "/proc/self/cwd");
  else snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
  const int before = errno;
  const ssize_t length = readlink(link, path, PATH_MAX - 1);
  errno = before;
  if (length < 0) return 0;
  path[length] = '\0';
  if (name != NULL) snprintf(path + length, PATH_MAX - (size_t)length, "/%s", name);
  return isInScope(path);
}

static void tell(const char* operation, const char* path) {
  char line[PATH_MAX + 64];
  const int length = snprintf(line, sizeof line, "%s %s %s\n", settings.role, operation, path);
  const int file = open(settings.trace, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (file < 0 || write(file, line, (size_t)length) != length) abort();
  close(file);
}

/* Whether it may happen: whatever is to happen once only, happens to whoever makes the file. */
static int claim(int once) {
  if (settings.happened == NULL) return 1;
  const int file = open(settings.happened, O_WRONLY | O_CREAT | O_CLOEXEC | (once ? O_EXCL : 0), 0644);
  if (file >= 0) close(file);
  return file >= 0;
}

static void end(void) { kill(getpid(), SIGKILL); }

/* What comes before an operation: zero when it is to go on, and -1 with errno when it fails. */
static int meet(const char* operation, const char* path, int* endsAfter) {
  const int before = errno;
  if (settings.trace != NULL) tell(operation, path);
  if (settings.what != NULL && (strcmp(settings.operation, operation) == 0 || strcmp(settings.operation, "any") == 0) &&
      regexec(&settings.path, path, 0, NULL, 0) == 0) {
    const long number = atomic_fetch_add(&seen, 1) + 1;
    const int kills = strncmp(settings.what, "kill", 4) == 0;
    if (number >= settings.first && number <= settings.last && claim(kills)) {
      if (strcmp(settings.what, "kill-before") == 0) end();
      if (strcmp(settings.what, "kill-after") == 0) *endsAfter = 1;
      if (strcmp(settings.what, "delay") == 0) usleep((useconds_t)settings.number * 1000);
      if (strcmp(settings.what, "fail") == 0) {
        errno = (int)settings.number;
        return -1;
      }
    }
  }
  errno = before;
  return 0;
}

#define REAL(name)                       \
  static __typeof__(&name) real = NULL; \
  if (real == NULL) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

/* A function of libc under a fault: FOLDER and NAME say on which path it acts, as those of openat do. */
#define FAULTY(type, failure, name, parameters, arguments, operation, folder, file) \
  type name parameters {                                                            \
    REAL(name);                                                                     \
    char path[PATH_MAX];                                                            \
    int endsAfter = 0;                                                              \
    if (locate(folder, file, path) && meet(operation, path, &endsAfter) != 0) return failure; \
    type result = real arguments;                                                   \
    if (endsAfter) end();                                                           \
    return result;                                                                  \
  }

#define OF_DESCRIPTOR(type, name, parameters, arguments, operation) \
  FAULTY(type, -1, name, parameters, arguments, operation, descriptor, NULL)
#define OF_PATH(name, parameters, arguments, operation, file) \
  FAULTY(int, -1, name, parameters, arguments, operation, AT_FDCWD, file)

OF_DESCRIPTOR(ssize_t, write, (int descriptor, const void* bytes, size_t count), (descriptor, bytes, count), "write")
OF_DESCRIPTOR(ssize_t, pwrite64, (int descriptor, const void* bytes, size_t count, off64_t at), (descriptor, bytes, count, at), "write")
OF_DESCRIPTOR(ssize_t, writev, (int descriptor, const struct iovec* parts, int count), (descriptor, parts, count), "write")
OF_DESCRIPTOR(ssize_t, pwritev64, (int descriptor, const struct iovec* parts, int count, off64_t at), (descriptor, parts, count, at), "write")
OF_DESCRIPTOR(ssize_t, read, (int descriptor, void* bytes, size_t count), (descriptor, bytes, count), "read")
OF_DESCRIPTOR(ssize_t, pread64, (int descriptor, void* bytes, size_t count, off64_t at), (descriptor, bytes, count, at), "read")
OF_DESCRIPTOR(ssize_t, readv, (int descriptor, const struct iovec* parts, int count), (descriptor, parts, count), "read")
OF_DESCRIPTOR(ssize_t, preadv64, (int descriptor, const struct iovec* parts, int count, off64_t at), (descriptor, parts, count, at), "read")
OF_DESCRIPTOR(int, fsync, (int descriptor), (descriptor), "fsync")
OF_DESCRIPTOR(int, fdatasync, (int descriptor), (descriptor), "fsync")
OF_DESCRIPTOR(int, ftruncate64, (int descriptor, off64_t length), (descriptor, length), "truncate")
OF_DESCRIPTOR(int, futimens, (int descriptor, const struct timespec times[2]), (descriptor, times), "utimes")
FAULTY(ssize_t, -1, sendfile64, (int descriptor, int from, off64_t* at, size_t count), (descriptor, from, at, count), "write", descriptor, NULL)

OF_PATH(rename, (const char* from, const char* to), (from, to), "rename", to)
OF_PATH(unlink, (const char* file), (file), "unlink", file)
OF_PATH(rmdir, (const char* file), (file), "rmdir", file)
OF_PATH(mkdir, (const char* file, mode_t mode), (file, mode), "mkdir", file)
OF_PATH(link, (const char* from, const char* to), (from, to), "link", to)
OF_PATH(symlink, (const char* from, const char* to), (from, to), "symlink", to)
FAULTY(int, -1, unlinkat, (int folder, const char* file, int flags), (folder, file, flags), flags & AT_REMOVEDIR ? "rmdir" : "unlink", folder, file)
FAULTY(int, -1, utimensat, (int folder, const char* file, const struct timespec times[2], int flags), (folder, file, times, flags), "utimes", folder, file)
FAULTY(DIR*, NULL, opendir, (const char* file), (file), "list", AT_FDCWD, file)
FAULTY(int, -1, scandir64, (const char* file, struct dirent64*** list, int (*select)(const struct dirent64*), int (*compare)(const struct dirent64**, const struct dirent64**)), (file, list, select, compare), "list", AT_FDCWD, file)

/* The variadic ones. */
#define FAULTY_OPEN(name, parameters, arguments, folder)                                 \
  int name parameters {                                                                  \
    REAL(name);                                                                          \
    char path[PATH_MAX];                                                                 \
    int endsAfter = 0;                                                                   \
    va_list rest;                                                                        \
    va_start(rest, flags);                                                               \
    const mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;        \
    va_end(rest);                                                                        \
    const char* operation = flags & O_CREAT ? "create" : "open";                         \
    if (locate(folder, file, path) && meet(operation, path, &endsAfter) != 0) return -1; \
    const int result = real arguments;                                                   \
    if (endsAfter) end();                                                                \
    return result;                                                                       \
  }
FAULTY_OPEN(open64, (const char* file, int flags, ...), (file, flags, mode), AT_FDCWD)
FAULTY_OPEN(open, (const char* file, int flags, ...), (file, flags, mode), AT_FDCWD)
FAULTY_OPEN(openat64, (int folder, const char* file, int flags, ...), (folder, file, flags, mode), folder)
FAULTY_OPEN(openat, (int folder, const char* file, int flags, ...), (folder, file, flags, mode), folder)

/* libuv calls these past libc. */
long syscall(long number, ...) {
  REAL(syscall);
  long given[6];
  va_list rest;
  va_start(rest, number);
  for (int index = 0; index < 6; index += 1) given[index] = va_arg(rest, long);
  va_end(rest);
  char path[PATH_MAX];
  int endsAfter = 0;
  const char* file = (const char*)given[1];
  if (number == SYS_statx && *file != '\0' && locate((int)given[0], file, path) && meet("stat", path, &endsAfter) != 0) return -1;
  if (number == SYS_copy_file_range && locate((int)given[2], NULL, path) && meet("write", path, &endsAfter) != 0) return -1;
  const long result = real(number, given[0], given[1], given[2], given[3], given[4], given[5]);
  if (endsAfter) end();
  return result;
}

static long clockOffset(void) {
  static long offset = LONG_MIN;
  if (offset == LONG_MIN) offset = getNumber("FAULT_CLOCK_OFFSET_S", 0);
  return offset;
}

int clock_gettime(clockid_t clock, struct timespec* now) {
  REAL(clock_gettime);
  const int result = real(clock, now);
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += clockOffset();
  return result;
}

int gettimeofday(struct timeval* now, void* zone) {
  (void)zone;
  struct timespec exact;
  const int result = clock_gettime(CLOCK_REALTIME, &exact);
  now->tv_sec = exact.tv_sec;
  now->tv_usec = exact.tv_nsec / 1000;
  return result;
}

time_t time(time_t* into) {
  struct timespec exact;
  clock_gettime(CLOCK_REALTIME, &exact);
  if (into != NULL) *into = exact.tv_sec;
  return exact.tv_sec;
}

int gethostname(char* name, size_t length) {
  REAL(gethostname);
  const char* other = get("FAULT_HOSTNAME");
  if (other == NULL) return real(name, length);
  snprintf(name, length, "%s", other);
  return 0;
}

int uname(struct utsname* system) {
  REAL(uname);
  const int result = real(system);
  const char* other = get("FAULT_HOSTNAME");
  if (result == 0 && other != NULL) snprintf(system->nodename, sizeof system->nodename, "%s", other);
  return result;
}
