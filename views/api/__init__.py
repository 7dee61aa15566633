"""The interface for other programs (接口, ``/api/v1``): the same verbs by the same people as on screen."""
