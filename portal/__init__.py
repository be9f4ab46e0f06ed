"""What the public and the residents see: read models of published reports and server-rendered pages."""
