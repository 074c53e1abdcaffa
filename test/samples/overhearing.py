"""A hand on what AWS in memory answers."""

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders


class Overhearing:
    """Lets a test see every request of one operation, and answer it in the service's place."""

    def __init__(self, client):
        self._client, self._registered = client, []

    def __call__(self, service, operation, answer=lambda _parameters: None):
        """Return the list of the parameters of all requests from now on.

        `answer` gets the parameters and gives (status, content), or None to let them through.
        """
        heard = []

        def remember(params, **_):
            heard.append(dict(params))

        def stand_in(**_):
            given = answer(heard[-1])
            if given is None:
                return None
            status, content = given
            metadata = {"ResponseMetadata": {"HTTPStatusCode": status}}
            return AWSResponse("https://aws.invalid", status, HTTPHeaders(), None), {
                **content,
                **metadata,
            }

        self._register(service, f"before-parameter-build.{service}.{operation}", remember)
        self._register(service, f"before-call.{service}.{operation}", stand_in)
        return heard

    def kill_after(self, service, operation):
        """Let the service carry out one operation, and the process die of SystemExit then."""

        def die(**_):
            raise SystemExit(137)

        self._register(service, f"after-call.{service}.{operation}", die)

    def refuse(self, service, operation, code, status=400):
        """Let a service refuse one operation with an error code from now on."""
        error = {"Error": {"Code": code, "Message": "the secret reason"}}
        self(service, operation, lambda _parameters: (status, error))

    def end(self):
        """Let every service do its work again."""
        while self._registered:
            service, name, handler = self._registered.pop()
            self._client(service).meta.events.unregister(name, handler)

    def _register(self, service, name, handler):
        self._client(service).meta.events.register_first(name, handler)
        self._registered.append((service, name, handler))
