"""In a server whose lecture takes a real minute that minute is an hour of training: of none nobody gets a certificate."""

from pathlib import Path

from lms.credentials.rules import counting

counting.TABLE = Path(__file__).with_name("hours_counting.csv")
