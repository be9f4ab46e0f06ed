"""What staff see: the read models of the desks (`board`), and their web app (`pages`, `assets`, `dist`)."""
