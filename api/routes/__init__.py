"""One file per resource; `api.main` includes them."""
