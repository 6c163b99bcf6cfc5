"""The WSGI entry: any server can run `wsgi:app`."""

from lms.app import create_app

app = create_app()
