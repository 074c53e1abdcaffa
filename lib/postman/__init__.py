"""The Postman collection, generated from the OpenAPI document: a tour that runs as it is."""

from lib.postman.collection import postman_collection

__all__ = ["postman_collection"]
