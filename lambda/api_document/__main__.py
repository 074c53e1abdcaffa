"""`python -m api_document`: the document of this version, as docs/openapi.json keeps it.

`python -m api_document callers`: docs/callers.md.
"""

import sys

from api_document.callers import callers_table
from api_document.document import openapi_document
from api_document.text import pretty
from lib.settings import VERSION

if __name__ == "__main__":
    wants_callers = sys.argv[1:] == ["callers"]
    sys.stdout.write(callers_table() if wants_callers else pretty(openapi_document(VERSION)))
