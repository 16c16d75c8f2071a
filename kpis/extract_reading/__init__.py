"""The way of a staff-level extract through the portal: as bytes in a pipe to a limited child, and back as counts. Pure.

A row of the file exists only in the memory of that child. The web process sees the bytes pass, a piece at a time; what comes
back is progress and an aggregate. Nothing is buffered whole, nothing is written to a disk, a queue or a log.

| Module | Holds |
|-|-|
| `frames` | the pieces in which files go through the pipe, so that a broken connection never looks like the end of a file |
| `child` | the process that reads: limits first, then `kpis.extracts` |
| `reader` | the portal's end of the pipe |
"""
