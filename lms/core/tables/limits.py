"""How much one file may hold. Set so that every answer comes within 20 s and 512 MB."""

MAX_UPLOAD_BYTES = 20 * 1024 * 1024
MAX_UNPACKED_BYTES = 100 * 1024 * 1024  # of all members of a zip together, counted while unpacking
MAX_MEMBERS = 2_000
MAX_ROWS = 20_000  # rows of data
TITLE_ROWS = 30  # rows that may stand above the data: titles, notes, header
MAX_CELLS = 2_000_000  # of the rectangle around everything filled in: a stray cell far away counts
MAX_COLUMNS = 1_000
CELL_CHARACTERS = 32_767  # what a spreadsheet itself allows
MAX_CHARACTERS = 50_000_000  # of all cells together: one long text may be referred to a million times
CHILD_SECONDS = 15
CHILD_BYTES = 400 * 1024 * 1024
