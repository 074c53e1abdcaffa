"""The API's description of itself and of its health."""

from edge.contract import EVERYBODY, READERS, ApiPart, Endpoint, Exchange
from edge.schemas import object_schema

SERVICE = ApiPart(
    "Service",
    "Whether the pipeline is there, and what it can do.",
    (
        Endpoint(
            "GET /health",
            "telemetry.query",
            EVERYBODY,
            "getHealth",
            "Ask whether the pipeline answers",
            200,
            "It does.",
            answer=object_schema({"status": {"const": "ok"}, "version": {"type": "string"}}),
            exchanges=[
                Exchange("ok", "In good health", answer={"status": "ok", "version": "0.1.0"})
            ],
        ),
        Endpoint(
            "GET /openapi.json",
            "service.openapi",
            READERS,
            "getOpenApiDocument",
            "Get this document",
            200,
            "The OpenAPI document of the version that answers.",
            answer={"type": "object", "required": ["openapi", "info", "paths"]},
            exchanges=[
                Exchange(
                    "outline",
                    "The document, cut short",
                    answer={
                        "openapi": "3.1.0",
                        "info": {"title": "iot-pipeline", "version": "0.1.0"},
                        "paths": {},
                    },
                )
            ],
        ),
    ),
)
