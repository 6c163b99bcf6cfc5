"""What a process may take that opens a file of somebody's."""

from __future__ import annotations

import resource

MEMORY = 1536 * 1024 * 1024  # bytes
OFFICE_MEMORY = 4096 * 1024 * 1024  # address space: LibreOffice maps far more than it uses
FILE = 1024 * 1024 * 1024  # bytes it may write into one file
SECONDS = 600  # of the processor


def confine(memory: int) -> None:
    """Hold this process, and what it becomes, to these limits."""
    for kind, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_FSIZE, FILE), (resource.RLIMIT_CPU, SECONDS)):
        _soft, hard = resource.getrlimit(kind)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (allowed, hard))
