"""What a server loads of the yardstick, as `wsgi.py` is of Folkmoot."""

from benchmarks.yardstick import create_app

app = create_app()
