"""Data contracts: the vocabulary and the marshmallow schemas from which OpenAPI and TypeScript are made."""
