"""The image data: fetched once, verified by checksum, read."""
