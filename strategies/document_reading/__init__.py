"""A strategy document on its way in: bytes in a pipe to a limited child, lines of text back, proposals from them. Pure.

| Module | Holds |
|-|-|
| `child` | the process that opens a PDF or Word file: limits first |
| `reader` | the portal's end of the pipe, and the sentences of what is not taken |
| `proposals` | what the lines may promise: objectives with their page, the period, vision and mission |
"""
