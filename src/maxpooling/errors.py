"""The exceptions of this library that are not plain ``ValueError``s."""


class DataError(RuntimeError):
    """A file is missing, damaged or not what its record says; names file, expected and found."""


class CertificateError(RuntimeError):
    """A certificate, a decomposition or an identity does not prove what it should."""
