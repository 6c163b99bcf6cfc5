"""A copy of a whole installation in one file, and an installation out of such a file.

The file is a plain tar (POSIX pax): `manifest.json`, `tables/NAME.jsonl.gz` with a row a line, and `files/` as the content
store names them. Rows are told in words that both databases know, so that what was copied from SQLite goes into PostgreSQL
and back. Personal data are in it as they lie in the database, encrypted; the secret they are encrypted with is not.
"""
