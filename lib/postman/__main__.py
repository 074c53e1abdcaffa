"""`python -m lib.postman docs/openapi.json`: the collection of that document."""

import json
import sys
from pathlib import Path

from lib.postman.collection import postman_collection

if __name__ == "__main__":
    document = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    collection = postman_collection(document)
    sys.stdout.write(json.dumps(collection, indent=2, ensure_ascii=False) + "\n")
