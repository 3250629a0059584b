"""What the tests of commands share."""

from tests.cli.inside import mpp, root

__all__ = ["mpp", "root"]
