"""Takes from this process what a decoder of strangers' files does not need: memory, time, network, programs.

Resource limits hold on every POSIX system. The system-call filter holds on Linux for x86-64 and aarch64;
elsewhere, or where the kernel has no filters, `close_network` returns False and the resource limits stand
alone.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import struct
import sys

_MIB = 1024 * 1024

# (audit architecture, numbers of: socket, connect, socketpair, execve, execveat, ptrace, kill, bpf,
#  process_vm_readv, process_vm_writev, io_uring_setup)
_CALLS = {
    "x86_64": (0xC000003E, (41, 42, 53, 59, 322, 101, 62, 321, 310, 311, 425)),
    "aarch64": (0xC00000B7, (198, 203, 199, 221, 281, 117, 129, 280, 270, 271, 425)),
}
_LOAD_WORD, _IF_EQUAL, _IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _DENY_WITH_EPERM = 0x7FFF0000, 0x00050001
_X32_CALLS = 0x40000000
_PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS, _FILTER_MODE = 22, 38, 2


def limit_resources(memory_bytes: int, file_bytes: int = 32 * _MIB) -> None:
    """Bound address space, written files, open files; no core dumps (they would hold a stranger's photo)."""
    _lower(resource.RLIMIT_AS, memory_bytes)
    _lower(resource.RLIMIT_FSIZE, file_bytes)
    _lower(resource.RLIMIT_NOFILE, 64)
    _lower(resource.RLIMIT_CORE, 0)


def step_back() -> None:
    """Let everything else go first: minutes of work on a film must not be felt at the desks of the city."""
    os.setpriority(os.PRIO_PROCESS, 0, 10)


def allow_cpu(seconds: int) -> None:
    """Let the process use `seconds` more of processor time; then the kernel ends it with SIGXCPU."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + 1 + seconds
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def close_network() -> bool:
    """Refuse sockets and other programs with EPERM from here on; True when the kernel agreed."""
    calls = _CALLS.get(platform.machine())
    if sys.platform != "linux" or calls is None:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    program = _program(*calls)
    instructions = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(instructions))
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(_PR_SET_SECCOMP, _FILTER_MODE, ctypes.c_char_p(header), 0, 0) == 0)


def _program(architecture: int, denied: tuple[int, ...]) -> bytes:
    """The filter as classic BPF: jumps count instructions to skip; the last one denies."""
    count = len(denied)
    lines = [
        (_LOAD_WORD, 0, 0, 4),
        (_IF_EQUAL, 0, count + 3, architecture),
        (_LOAD_WORD, 0, 0, 0),
        (_IF_AT_LEAST, count + 1, 0, _X32_CALLS),
        *((_IF_EQUAL, count - index, 0, number) for index, number in enumerate(denied)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _DENY_WITH_EPERM),
    ]
    return b"".join(struct.pack("HBBI", *line) for line in lines)


def _lower(which: int, wanted: int) -> None:
    hard = resource.getrlimit(which)[1]
    value = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(which, (value, value))
