"""`python -m api_document`: the document of this version, as docs/openapi.json keeps it."""

import sys

from api_document.document import openapi_document
from api_document.text import pretty
from lib.settings import VERSION

if __name__ == "__main__":
    sys.stdout.write(pretty(openapi_document(VERSION)))
