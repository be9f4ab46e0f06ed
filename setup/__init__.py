"""From a bare machine to an installed project. Standard library only: nothing is installed yet."""
