/* Preloaded into the command on Linux: something is wrong with the disk that the files of DISK_FOLDER are on.
   DISK_ROOM: its files may grow by so many bytes in all; then it is full.
   DISK_SYNCS: so many times it brings a file to the platter; then it fails.
   DISK_NO_FOLDERS: folders cannot be synchronised. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static long used, synced;

static int is_there(int file) {
    char link[64], path[PATH_MAX];
    const char *folder = getenv("DISK_FOLDER");
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (!folder || length < 0) return 0;
    path[length] = 0;
    return strncmp(path, folder, strlen(folder)) == 0;
}

static int is_full(int file, off_t end) {
    const char *room = getenv("DISK_ROOM");
    struct stat stat;
    if (!room || !is_there(file) || fstat(file, &stat) || end <= stat.st_size) return 0;
    pthread_mutex_lock(&mutex);
    used += end - stat.st_size;
    int full = used > atol(room);
    pthread_mutex_unlock(&mutex);
    if (full) errno = ENOSPC;
    return full;
}

static int fails(int file) {
    const char *syncs = getenv("DISK_SYNCS");
    struct stat stat;
    if (fstat(file, &stat) || !is_there(file)) return 0;
    if (S_ISDIR(stat.st_mode)) {
        if (getenv("DISK_NO_FOLDERS")) return errno = EINVAL, 1;
        return 0;
    }
    if (!syncs) return 0;
    pthread_mutex_lock(&mutex);
    int failed = ++synced > atol(syncs);
    pthread_mutex_unlock(&mutex);
    if (failed) errno = EIO;
    return failed;
}

#define REAL(name, type) static __typeof__(type) real; if (!real) real = (type)dlsym(RTLD_NEXT, name)

ssize_t write(int file, const void *bytes, size_t length) {
    REAL("write", ssize_t (*)(int, const void *, size_t));
    off_t at = lseek(file, 0, SEEK_CUR);
    return at >= 0 && is_full(file, at + length) ? -1 : real(file, bytes, length);
}

ssize_t pwrite(int file, const void *bytes, size_t length, off_t at) {
    REAL("pwrite", ssize_t (*)(int, const void *, size_t, off_t));
    return is_full(file, at + length) ? -1 : real(file, bytes, length, at);
}

ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t at) {
    REAL("pwrite64", ssize_t (*)(int, const void *, size_t, off64_t));
    return is_full(file, at + length) ? -1 : real(file, bytes, length, at);
}

int fsync(int file) {
    REAL("fsync", int (*)(int));
    return fails(file) ? -1 : real(file);
}

int fdatasync(int file) {
    REAL("fdatasync", int (*)(int));
    return fails(file) ? -1 : real(file);
}
