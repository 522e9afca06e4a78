"""一单两库: the inspection items, the objects that can be inspected and the inspectors."""
