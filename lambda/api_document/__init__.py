"""The API's OpenAPI 3.1 document, put together from what every context says of itself."""
