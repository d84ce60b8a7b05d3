#pragma once

#include <errno.h>
#include <hdf5.h>
#include <malloc.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

// What Swift cannot import: macros that open the library before they name one of its objects.

static inline hid_t CHDF5_file_create_class(void) { return H5P_FILE_CREATE; }
static inline hid_t CHDF5_file_access_class(void) { return H5P_FILE_ACCESS; }
static inline hid_t CHDF5_group_create_class(void) { return H5P_GROUP_CREATE; }
static inline hid_t CHDF5_dataset_create_class(void) { return H5P_DATASET_CREATE; }
static inline hid_t CHDF5_dataset_access_class(void) { return H5P_DATASET_ACCESS; }
static inline hid_t CHDF5_link_access_class(void) { return H5P_LINK_ACCESS; }
static inline hid_t CHDF5_transfer_class(void) { return H5P_DATASET_XFER; }

static inline unsigned CHDF5_read_only(void) { return H5F_ACC_RDONLY; }
static inline unsigned CHDF5_read_write(void) { return H5F_ACC_RDWR; }
static inline unsigned CHDF5_exclusive(void) { return H5F_ACC_EXCL; }
static inline hid_t CHDF5_default(void) { return H5P_DEFAULT; }
static inline hid_t CHDF5_error_stack(void) { return H5E_DEFAULT; }
static inline hid_t CHDF5_all(void) { return H5S_ALL; }
static inline hsize_t CHDF5_unlimited(void) { return H5S_UNLIMITED; }
static inline unsigned CHDF5_basic_info(void) { return H5O_INFO_BASIC; }
static inline unsigned CHDF5_header_info(void) { return H5O_INFO_HDR; }
static inline unsigned CHDF5_metadata_size_info(void) { return H5O_INFO_META_SIZE; }

static inline hid_t CHDF5_float32_file(void) { return H5T_IEEE_F32LE; }
static inline hid_t CHDF5_float64_file(void) { return H5T_IEEE_F64LE; }
static inline hid_t CHDF5_int64_file(void) { return H5T_STD_I64LE; }
static inline hid_t CHDF5_int32_file(void) { return H5T_STD_I32LE; }
static inline hid_t CHDF5_int8_file(void) { return H5T_STD_I8LE; }
static inline hid_t CHDF5_uint32_file(void) { return H5T_STD_U32LE; }
static inline hid_t CHDF5_uint8_file(void) { return H5T_STD_U8LE; }
static inline hid_t CHDF5_object_reference(void) { return H5T_STD_REF_OBJ; }
static inline hid_t CHDF5_c_string(void) { return H5T_C_S1; }
static inline size_t CHDF5_variable_length(void) { return H5T_VARIABLE; }

static inline hid_t CHDF5_float32_memory(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t CHDF5_float64_memory(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t CHDF5_int64_memory(void) { return H5T_NATIVE_INT64; }
static inline hid_t CHDF5_int32_memory(void) { return H5T_NATIVE_INT32; }
static inline hid_t CHDF5_uint64_memory(void) { return H5T_NATIVE_UINT64; }
static inline hid_t CHDF5_uint8_memory(void) { return H5T_NATIVE_UINT8; }

/// How a rehearsal ended: the body returned true, or false, it was killed by `signal`, or no process could be started.
typedef struct {
    enum { CHDF5_accepted, CHDF5_refused, CHDF5_killed, CHDF5_not_started } outcome;
    int signal;
} CHDF5_rehearsal;

/// Runs `body` in a forked copy of this process that may crash, spin or eat memory without harm to this one.
///
/// The copy writes no core file, uses at most `seconds` of processor time and two minutes more on the clock (a scheduler
/// may suspend it, a file server may be slow), and may map at most `bytes` of memory more than this process has now. It leaves by `_exit`, so no buffer of the parent is
/// written twice. Whoever calls makes sure that no other thread is inside a library that `body` uses.
static inline CHDF5_rehearsal CHDF5_rehearse(
    bool (*body)(void *), void *context, unsigned seconds, unsigned long mapped, unsigned long bytes) {
    CHDF5_rehearsal result = {CHDF5_not_started, 0};
    pid_t child = fork();
    if (child < 0) return result;
    if (child == 0) {
        static const int fatal[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGTRAP, SIGALRM, SIGXCPU};
        for (size_t index = 0; index < sizeof fatal / sizeof *fatal; index++) signal(fatal[index], SIG_DFL);
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        struct rlimit core = {0, 0}, time = {seconds, seconds}, memory = {mapped + bytes, mapped + bytes};
        setrlimit(RLIMIT_CORE, &core);
        setrlimit(RLIMIT_CPU, &time);
        setrlimit(RLIMIT_AS, &memory);
        alarm(seconds + 120);
        close(STDERR_FILENO);  // the C library's last words about a damaged heap are no news to the user
        bool accepted = body(context);
        malloc_trim(0);  // walks the heap, and aborts if something was written out of bounds
        _exit(accepted ? 0 : 1);
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) return result;
    }
    if (WIFSIGNALED(status)) {
        result.outcome = CHDF5_killed;
        result.signal = WTERMSIG(status);
    } else {
        result.outcome = WEXITSTATUS(status) == 0 ? CHDF5_accepted : CHDF5_refused;
    }
    return result;
}
