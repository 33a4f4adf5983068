"""Says in one sentence what a machine lacks for `make setup`. Runs on any Python, so that old ones get the sentence too."""

import sys


def lacking():
    if sys.version_info < (3, 10):
        found = "%d.%d" % sys.version_info[:2]
        return "Python 3.10 or newer is needed, and %s is %s: install one and say `make setup PYTHON=python3.x`" % (
            sys.executable,
            found,
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        return "Python's venv module is missing: on Debian and Ubuntu, `apt-get install python3-venv`"
    if sys.platform == "linux":
        import ctypes

        try:
            ctypes.CDLL("libgomp.so.1")
        except OSError:
            return "The OpenMP library that LightGBM needs is missing: on Debian and Ubuntu, `apt-get install libgomp1`"
    return None


if __name__ == "__main__":
    sentence = lacking()
    if sentence:
        sys.exit("error: " + sentence)
