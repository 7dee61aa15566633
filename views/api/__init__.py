"""The interface for other programs (接口, ``/api/v1``): what can be read there; what is done there stands in ``verbs``."""
