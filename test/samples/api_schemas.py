"""The API's document, and what its schemas say to a value."""

from functools import cache

from jsonschema import Draft202012Validator

from api_document.document import openapi_document

VERSION = "1.2.3"


@cache
def document():
    """The document of a version."""
    return openapi_document(VERSION)


def faults(schema, value):
    """What a schema of the document has against a value; a schema may be given by its name."""
    schema = {"$ref": f"#/components/schemas/{schema}"} if isinstance(schema, str) else schema
    whole = {**schema, "components": document()["components"]}
    return [f"{fault.json_path}: {fault.message}" for fault in _validator(whole).iter_errors(value)]


def operations():
    """Every operation of the document with its route, `POST /ingest`."""
    return {
        f"{method.upper()} {path}": operation
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    }


def _validator(schema):
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
