/* A disk that fails when it is told to. Loaded before the C library (LD_PRELOAD), it stands in for the calls by which a program writes and
   syncs. LEFTFOLD_FAULTY_DISK names a file: while that holds the word "sync" or "write", these calls fail for the store's files. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

/* Whether the call for this file is to fail now. */
static int fails(int file, const char *what) {
  const char *told = getenv("LEFTFOLD_FAULTY_DISK");
  int teller = told ? open(told, O_RDONLY | O_CLOEXEC) : -1;
  if (teller < 0) return 0;
  char word[16] = {0};
  ssize_t length = read(teller, word, sizeof word - 1);
  close(teller);
  if (length <= 0 || strcmp(word, what) != 0) return 0;
  char link[64], name[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  length = readlink(link, name, sizeof name - 1);
  if (length < 0) return 0;
  name[length] = 0;
  if (!strstr(name, "leftfold.sqlite")) return 0;
  errno = EIO;
  return 1;
}

#define STANDS_IN(type, name, what, parameters, arguments)           \
  type name parameters {                                             \
    static type(*real) parameters;                                   \
    if (!real) real = (type(*) parameters)dlsym(RTLD_NEXT, #name);   \
    return fails(file, what) ? -1 : real arguments;                  \
  }

STANDS_IN(int, fsync, "sync", (int file), (file))
STANDS_IN(int, fdatasync, "sync", (int file), (file))
STANDS_IN(ssize_t, write, "write", (int file, const void *bytes, size_t count), (file, bytes, count))
STANDS_IN(ssize_t, pwrite, "write", (int file, const void *bytes, size_t count, off_t at), (file, bytes, count, at))
STANDS_IN(ssize_t, pwrite64, "write", (int file, const void *bytes, size_t count, off64_t at), (file, bytes, count, at))
